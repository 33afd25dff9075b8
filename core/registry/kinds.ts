import type { Series } from '../indicators/series.ts';
import type {
  LabelModule,
  ModelModule,
  ObjectiveModule,
  RegimeModule,
  VolatilityModule,
} from '../ports/learning-modules.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { TickFeature, TickHost, TickInput } from '../ports/tick-features.ts';
import type { ClosedTrades, ExecutionModule, RiskModule, SizingModule } from '../ports/trading-modules.ts';

/** Named series for a market: what a `feature` module makes. The market is the one that `features()` gets. */
export interface FeatureSet {
  readonly name: string;
  // The strategy layer stands above the registry: the market is passed through, typed there.
  define(market: unknown): Readonly<Record<string, Series>>;
  /** Of modules that are made of trades and books: other such features that `stream` wants values of. */
  readonly inputs?: readonly TickInput[];
  /** Of modules that are made of trades and books: the feature of one market, fed event by event. They refuse `define`. */
  stream?(host: TickHost): TickFeature;
}

/** What a pair list may look at. */
export interface PairlistContext {
  readonly data: MarketData;
  readonly exchange: string;
  /** The moment (ms UTC) as of which the list is made: nothing later counts, whatever the data holds. */
  readonly time: number;
  /** Trades closed so far; null where there are none to know of. */
  readonly trades: ClosedTrades | null;
}

/** Which pairs to trade: a filter or source in a chain. `pairs` come from the module before. */
export interface PairlistModule {
  readonly name: string;
  /** It knows the present only, as an address on the web does: a backtest refuses it. */
  readonly isNowOnly?: boolean;
  /** It looks at closed trades: in a backtest it is asked while the run goes on. */
  readonly readsTrades?: boolean;
  pairs(pairs: readonly string[], context: PairlistContext): Promise<readonly string[]>;
}

/** Who is told. Must not throw: a failing notifier may not stop trading. */
export interface NotifierModule {
  readonly name: string;
  notify(message: {
    readonly level: 'info' | 'warning' | 'critical';
    /** What it is about, in a word: entry, exit, lock, failure, … */
    readonly kind?: string;
    readonly title: string;
    readonly text: string;
    readonly time: number;
  }): Promise<void>;
}

/** A search method for hyperparameters, with its options as plain data: they are part of a study's identity. */
export interface SamplerModule {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  // The search layer stands above the registry: what a study hands over is typed there (`Sampler`).
  start(context: never): unknown;
}

/** Where data comes from: opens market data by its options. */
export interface SourceModule {
  readonly name: string;
  open(): Promise<MarketData>;
}

/** What `create` of each kind returns. */
export interface KindContracts {
  readonly feature: FeatureSet;
  readonly label: LabelModule;
  readonly model: ModelModule;
  readonly regime: RegimeModule;
  readonly volatility: VolatilityModule;
  readonly sizing: SizingModule;
  readonly risk: RiskModule;
  readonly execution: ExecutionModule;
  readonly pairlist: PairlistModule;
  readonly objective: ObjectiveModule;
  readonly sampler: SamplerModule;
  readonly source: SourceModule;
  readonly notifier: NotifierModule;
}

export type Kind = keyof KindContracts;

/** Every kind with what it does, for lists and docs. */
export const KINDS: Readonly<Record<Kind, string>> = {
  feature: 'named series for a market, usable from any strategy or config',
  label: 'a target column and its horizon, for learning',
  model: 'learns from a dataset and predicts direction, confidence, volatility',
  regime: 'the state of the market at each candle, with probabilities',
  volatility: 'how much prices are expected to move, over any horizon',
  sizing: 'the stake of a new position',
  risk: 'allows, shrinks or denies an order, with a reason',
  execution: 'works an order: market, limit, chase, slices',
  pairlist: 'which pairs are traded',
  objective: 'what a hyperparameter search maximises',
  sampler: 'which parameters a hyperparameter search tries next',
  source: 'where market data comes from',
  notifier: 'who is told',
};
