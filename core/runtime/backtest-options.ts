import type { InstrumentSpec } from '../domain/instrument.ts';
import type { TrialsBehind } from '../domain/run-result.ts';
import type { ExecutionChoice } from '../engine/execution-desk.ts';
import type { SlippageModel } from '../engine/fills/slippage.ts';
import type { Slot } from '../engine/slot.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { RiskModule, SizingModule } from '../ports/trading-modules.ts';
import type { Strategy, StrategyContext } from '../strategy/strategy.ts';
import type { LearningServices } from './learning/learned-run.ts';
import type { Universe } from './universe/universe.ts';

/** The modules of one run. */
export interface RunModules {
  readonly sizing?: SizingModule;
  readonly risk: readonly RiskModule[];
  /** How a slot's orders are worked; null: plain market and limit orders. */
  readonly execution: ((slot: Slot) => ExecutionChoice | null) | null;
}

/** A strategy to run: its name, how it is made, and a hash of the code it is made of. */
export interface StrategySource {
  readonly name: string;
  readonly create: (context: StrategyContext) => Strategy;
  /** The same with values to be tuned still standing in the options of its modules; absent: `create` leaves them there. */
  readonly asWritten?: (context: StrategyContext) => Strategy;
  /** Of the file and all it imports. */
  readonly codeHash: string;
  /** Values for its searchable parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The parameter file that was found for it, and what stands behind it. */
  readonly tuned?: {
    readonly file: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    /** Options of modules by path: `sizing.fraction`. */
    readonly options?: Readonly<Record<string, unknown>>;
    readonly study?: string;
    readonly trials?: TrialsBehind;
  };
}

/** Costs of the `honest` profile. Fractions unless named otherwise. */
export interface CostOptions {
  /** From decision to market, ms. */
  readonly latencyMs: number;
  /** Whole spread, basis points: takers pay half. */
  readonly spreadBps: number;
  /** Where the data has bid and ask: how many times as far apart takers find them (absent: 1); 0: `spreadBps` is taken there, too. */
  readonly quotedSpread?: number;
  readonly slippage: SlippageModel;
  /** Share of a candle's volume that resting limits may get. */
  readonly volumeShare: number;
  /** ROI as a resting reduce-only limit (true), or checked at candle closes. */
  readonly roiRests: boolean;
  /** What forex positions pay for being held over night: fractions of their worth a year, below 0 received. Absent: nothing. */
  readonly rollover?: { readonly long: number; readonly short: number };
  /** What fees are paid in; absent: the quote. `discount` is a fraction off, `balance` the coins bought out of the starting balance. */
  readonly feeAsset?:
    | 'quote'
    | 'base'
    | { readonly asset: string; readonly pair: string; readonly discount: number; readonly balance: number };
}

export interface BacktestOptions {
  readonly strategies: readonly StrategySource[];
  readonly data: MarketData;
  readonly exchange: string;
  readonly pairs: readonly string[];
  /**
   * Pairs with too few candles in the time range, such as those listed later, are left out with a note, as long as one is left; absent: they are
   * refused. One of which no candles are stored at all is refused either way: it has not been downloaded, or is misspelt.
   */
  readonly leavesOut?: boolean;
  /** Which of them are traded when; absent: all of them, always. */
  readonly universe?: Universe;
  /** Replaces the strategies' own. */
  readonly timeframe?: string;
  readonly detailTimeframe?: string;
  /** Opening times, ms UTC: from <= t < to. */
  readonly from?: number;
  readonly to?: number;
  readonly fills: 'honest' | 'freqtrade';
  readonly stakeCurrency: string;
  readonly startingBalance: number;
  /** Per position in stake currency, or `unlimited`: equity shared among `maxOpenTrades`. */
  readonly stakeAmount: number | 'unlimited';
  readonly tradableBalanceRatio: number;
  readonly maxOpenTrades: number;
  /** Several strategies may hold a pair at a time, each its own position. Default false. */
  readonly netting?: boolean;
  /** One fee rate for makers and takers, replacing the venue's. */
  readonly fee?: number;
  readonly costs: CostOptions;
  /** Rate per settlement where funding or mark data is missing; absent: missing data is an error. */
  readonly assumeFunding?: number;
  /** Distance that the liquidation price is moved towards the entry (`freqtrade` profile). */
  readonly liquidationBuffer: number;
  readonly enableProtections: boolean;
  /** False when a sizing module takes the place of `stakeAmount`. */
  readonly stakeSizes?: boolean;
  /** Makes the modules of a run, anew for each: they may remember. Absent: `stakeAmount` sizes, nothing vetoes, plain orders. */
  readonly modules?: (
    strategies: readonly { readonly name: string; readonly strategy: Strategy }[],
  ) => Promise<RunModules>;
  /** Hashes of the code of modules that are none of ours, of those that were used so far: part of the input hash. */
  readonly usedCode?: () => Readonly<Record<string, string>>;
  /** What train blocks and stored models are made with; absent: strategies that learn are refused. */
  readonly learning?: LearningServices;
  /** Specifications that replace the stored ones, by pair. */
  readonly specs?: Readonly<Record<string, InstrumentSpec>>;
  readonly trials?: TrialsBehind;
  /** What the reader of the results must know of how the run came about. */
  readonly notes?: readonly string[];
  /** Part of the input hash as they are. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Told how many candles there are to go over, those of the detail timeframe among them, once they are loaded. */
  readonly onLoaded?: (candles: number) => Promise<void> | void;
  /** Between steps, with the share done in [0, 1]; returning false stops the run. */
  readonly onProgress?: (done: number) => boolean | undefined;
}
