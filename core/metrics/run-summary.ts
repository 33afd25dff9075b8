import type { CostSensitivity } from './cost-sensitivity.ts';
import type { Drawdown } from './drawdowns.ts';
import type { Exposure, Turnover } from './exposure.ts';
import type { TradeGroup } from './group-trades.ts';
import type { HoldingTimes } from './holding-times.ts';
import type { Period } from './periods.ts';
import type { TradeMeasures } from './trade-measures.ts';

/** Measures of one equity curve. Ratios are of daily returns; drawdowns and total return use every point. NaN = undefined. */
export interface CurveSummary {
  readonly startBalance: number;
  readonly finalBalance: number;
  readonly totalReturn: number;
  readonly cagr: number;
  readonly annualVolatility: number;
  readonly sharpe: number;
  readonly sortino: number;
  readonly calmar: number;
  readonly omega: number;
  /** Negative fraction of the peak before it. */
  readonly maxDrawdown: number;
  /** From the peak to the deepest point: times in ms UTC, NaN when nothing fell. */
  readonly maxDrawdownFrom: number;
  readonly maxDrawdownTo: number;
  /** Longest time below an earlier peak, ms. */
  readonly longestDrawdownMs: number;
  /** The five deepest stretches below a peak, deepest first. */
  readonly drawdowns: readonly Drawdown[];
  readonly ulcerIndex: number;
  readonly var95: number;
  readonly cvar95: number;
  readonly tailRatio: number;
  readonly stability: number;
  readonly skewness: number;
  readonly kurtosis: number;
  readonly bestDay: number;
  readonly worstDay: number;
  readonly winningDays: number;
  readonly losingDays: number;
}

/** How far the Sharpe ratio can be believed. Sharpe ratios here are per day, as the deflated one needs them. */
export interface SharpeConfidence {
  readonly sharpePerDay: number;
  readonly days: number;
  /** Probability that the true Sharpe ratio is above zero. */
  readonly probabilistic: number;
  /** The same against the best that chance would show in `trials` trials. */
  readonly deflated: number;
  readonly trials: number;
  readonly expectedMaxSharpePerDay: number;
  /** Days needed for 95 % confidence in a Sharpe ratio above zero. */
  readonly minTrackRecordDays: number;
}

/** What was run, in the words of a header. Times in ms UTC. */
export interface RunHeader {
  readonly hash: string;
  readonly inputHash: string;
  readonly strategies: readonly string[];
  readonly pairs: readonly string[];
  readonly timeframe: string;
  readonly detailTimeframe: string | null;
  readonly from: number;
  readonly to: number;
  readonly days: number;
  readonly fills: 'honest' | 'freqtrade' | 'book';
  readonly stakeCurrency: string;
  readonly dataKind: 'real' | 'synthetic';
}

/** What a strategy makes of the same account by itself, where several share it. */
export interface AloneSummary {
  readonly strategy: string;
  /** The result hash of that run. */
  readonly hash: string;
  readonly trades: number;
  readonly account: CurveSummary;
}

/** Everything that a table, a page or a JSON document says of a run. Undefined numbers are NaN, which JSON writes as null. */
export interface RunSummary {
  readonly run: RunHeader;
  readonly account: CurveSummary;
  /** Absent: there is one strategy, or they were not run alone as well. */
  readonly alone?: readonly AloneSummary[];
  readonly buyAndHold: CurveSummary;
  /** Against buy-and-hold, from daily returns; alpha per year. */
  readonly alpha: number;
  readonly beta: number;
  readonly informationRatio: number;
  readonly exposure: Exposure;
  readonly turnover: Turnover;
  readonly trades: TradeMeasures;
  readonly tradesPerDay: number;
  readonly averageProfitRatio: number;
  readonly fees: number;
  readonly funding: number;
  readonly holding: HoldingTimes;
  readonly confidence: SharpeConfidence;
  readonly costs: CostSensitivity;
  readonly by: {
    readonly strategy: readonly TradeGroup[];
    readonly pair: readonly TradeGroup[];
    readonly entryTag: readonly TradeGroup[];
    readonly exitReason: readonly TradeGroup[];
    readonly side: readonly TradeGroup[];
  };
  readonly periods: {
    readonly day: readonly Period[];
    readonly week: readonly Period[];
    readonly month: readonly Period[];
  };
  readonly rejected: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  /** How the numbers were computed, in sentences. */
  readonly conventions: readonly string[];
}
