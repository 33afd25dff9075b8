import type { Instrument } from '../domain/tradable.ts';
import type { Side } from '../domain/trade.ts';
import type { AccountView, PositionView } from '../domain/views.ts';

/** A wish to enter or add, before sizing and risk. Prices in quote, money in stake currency, time ms UTC. */
export interface Intent {
  readonly kind: 'entry' | 'addition';
  readonly strategy: string;
  readonly pair: string;
  readonly side: Side;
  readonly tag: string | null;
  readonly time: number;
  /** Price at which it would trade now. */
  readonly rate: number;
  readonly leverage: number;
  readonly instrument: Instrument;
}

/** What sizing and risk modules may look at besides the intent. */
export interface TradingContext {
  readonly account: AccountView;
  readonly maxOpenPositions: number;
  readonly openPositions: readonly PositionView[];
  /** Closed trades so far, newest last: enough for streaks, Kelly fractions and protections. */
  readonly closed: ClosedTrades;
  readonly startingBalance: number;
  /**
   * A value of a pair's candle of the strategies' timeframe, `ago` candles back: 0 is the one that closed last. NaN before the loaded history, for a
   * pair that is not traded in the run, and in runs on ticks. Needs no memory of the module: a restart changes no answer.
   */
  past(pair: string, field: CandleField, ago: number): number;
}

export type CandleField = 'open' | 'high' | 'low' | 'close' | 'volume';

/** A pair (`*` = all) that takes no new trades until a time (ms UTC, exclusive). */
export interface TradeLock {
  readonly pair: string;
  readonly until: number;
}

/** The closed trades that modules may ask about, without objects being made for each. */
export interface ClosedTrades {
  readonly count: number;
  /** Profit ratio of the k-th latest (0 = last). */
  profitRatio(k: number): number;
  profitAbs(k: number): number;
  pair(k: number): string;
  exitReason(k: number): string;
  /** ms UTC. */
  closeTime(k: number): number;
}

/** Gives the stake (margin, in stake currency) for an intent. 0 or NaN: no trade. */
export interface SizingModule {
  readonly name: string;
  stake(intent: Intent, context: TradingContext): number;
}

/** What risk says of a sized intent. */
export type RiskVerdict =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'shrink'; readonly stake: number; readonly reason: string }
  | { readonly verdict: 'deny'; readonly reason: string };

/** Reviews sized intents; may shrink or deny them with a reason that is kept. */
export interface RiskModule {
  readonly name: string;
  /** Of what decides beside its options, such as a file that they name: part of a run's input hash. */
  readonly contentHash?: string;
  review(intent: Intent, stake: number, context: TradingContext): RiskVerdict;
  /** Told after every closed trade, so that protections can lock. Time ms UTC. */
  onTradeClosed?(context: TradingContext, time: number): void;
  /** The locks that hold at a time, for those who look on: they are stored and shown. `review` itself heeds them. */
  locks?(context: TradingContext, time: number): readonly TradeLock[];
}

/** What an execution module can do. Prices in quote, amounts in base units. */
export type ExecutionAction =
  | {
      readonly action: 'place';
      readonly key: string;
      readonly type: 'market' | 'limit';
      readonly price?: number;
      /** Of a limit order: it ends (`closed`) rather than take. */
      readonly postOnly?: boolean;
      readonly amount: number;
    }
  | { readonly action: 'cancel'; readonly key: string }
  | { readonly action: 'done' };

/** What an execution module is told. */
export type ExecutionEvent =
  | {
      readonly event: 'fill';
      readonly key: string;
      readonly amount: number;
      readonly price: number;
      readonly time: number;
    }
  | { readonly event: 'closed'; readonly key: string; readonly time: number }
  | { readonly event: 'candle'; readonly last: number; readonly volume: number; readonly time: number };

/** The parent order that an execution module works. */
export interface ExecutionOrder {
  readonly pair: string;
  readonly side: 'buy' | 'sell';
  readonly amount: number;
  /** Price when it was decided. */
  readonly rate: number;
  readonly time: number;
  readonly instrument: Instrument;
}

/** Works an order: `state` is plain data, saved with its orders; no hidden variables, so that a restart goes on where it was. */
export interface ExecutionModule<State = unknown> {
  readonly name: string;
  start(order: ExecutionOrder): { readonly state: State; readonly actions: readonly ExecutionAction[] };
  step(state: State, event: ExecutionEvent): { readonly state: State; readonly actions: readonly ExecutionAction[] };
  /** Where the run has trades and books: called at each trade and each mid of a changed book, for what has to be done at once, such as a stop. */
  price?(
    state: State,
    price: { readonly last: number; readonly time: number },
  ): { readonly state: State; readonly actions: readonly ExecutionAction[] };
}
