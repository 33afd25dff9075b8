import type { CandleTable } from './candles.ts';
import type { ClosedTrade } from './trade.ts';

/** Account value over time, one point per candle close of the base timeframe. Times ms UTC, money in stake currency. */
export interface EquityCurve {
  readonly time: Float64Array;
  readonly equity: Float64Array;
  /** Value of the same starting balance held equally in all traded pairs. */
  readonly buyAndHold: Float64Array;
  /** Notional of open positions divided by equity. */
  readonly exposure: Float64Array;
}

/** What a run was: everything that decides its numbers. Canonical JSON of this gives the input hash. */
export interface RunInputs {
  readonly strategies: readonly string[];
  readonly pairs: readonly string[];
  readonly timeframe: string;
  readonly detailTimeframe: string | null;
  /** First and last candle open time that was traded, ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly fills: 'honest' | 'freqtrade' | 'book';
  readonly stakeCurrency: string;
  readonly startingBalance: number;
  /** Everything else that counts: settings, parameters, data and code hashes, versions. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `synthetic` when the market was made by us; printed wherever the numbers are. */
  readonly dataKind: 'real' | 'synthetic';
}

/** Trials behind the parameters of a run (1 when nothing was tuned) and the sample variance of their daily Sharpe ratios, for the deflated one. */
export interface TrialsBehind {
  readonly count: number;
  readonly sharpeVariance: number;
  /** The end of what they saw, ms UTC: what comes after is out of sample. Absent where it is not known, or nothing was tuned. */
  readonly tunedUntil?: number;
}

/** The outcome of a backtest, dry-run or live session, in memory; `core/metrics` measures it, `core/report` draws it. */
export interface RunResult {
  readonly hash: string;
  readonly inputHash: string;
  readonly inputs: RunInputs;
  readonly trades: readonly ClosedTrade[];
  readonly equity: EquityCurve;
  readonly finalBalance: number;
  /** Signals that found no slot, no cash or a veto, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly trials: TrialsBehind;
  /** Candles and feature columns by pair, for the report's charts. */
  readonly market: ReadonlyMap<
    string,
    { readonly candles: CandleTable; readonly features: Readonly<Record<string, Float64Array>> }
  >;
}
