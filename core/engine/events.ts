import { empty, listOf } from '../foundation/short-list.ts';
import type { BookTop, TradeTick } from '../strategy/strategy.ts';
import type { Order } from './order.ts';
import type { PairState, Slot } from './slot.ts';

/** Kinds of events, in the order in which equal times are processed. */
export const EVENT = {
  fill: 0,
  order: 1,
  funding: 2,
  trade: 3,
  book: 4,
  manage: 5,
  candles: 6,
  timer: 7,
  command: 8,
  model: 9,
} as const;

/**
 * Candles of one close time. `manage` batches are of the detail timeframe: they move stops and time-outs. `candles` batches are of the strategy's
 * own: they run `onCandle`; where there is no detail timeframe they manage too. Reused between events: don't keep it.
 */
export interface CandleBatch {
  readonly kind: typeof EVENT.manage | typeof EVENT.candles;
  /** Engine time of the close, ns. */
  time: number;
  /** False on a `candles` batch whose manage candles came as events of their own. */
  manages: boolean;
  /** Pairs in the batch, in pair order; their cursor rows and manage candles are set. */
  readonly pairs: PairState[];
}

/**
 * A fill of an own order, as the broker reports it. `time` in ns; price in ticks, amount in lots, fee in stake currency. `rest` is what stays on
 * the order: 0 ends it, also where less was filled than was asked for.
 */
export interface FillEvent {
  readonly kind: typeof EVENT.fill;
  time: number;
  order: Order;
  ticks: number;
  lots: number;
  rest: number;
  fee: number;
  maker: boolean;
}

/** A change of an own order without a fill: accepted, cancelled, rejected, expired (`ORDER_STATE`), with the venue's reason. */
export interface OrderEvent {
  readonly kind: typeof EVENT.order;
  time: number;
  order: Order;
  state: number;
  reason: string | null;
}

/** A funding settlement of an instrument: every open position in it pays or receives rate × mark × amount. */
export interface FundingEvent {
  readonly kind: typeof EVENT.funding;
  time: number;
  pair: PairState;
  rate: number;
  mark: number;
  /** Share of the worth that longs and shorts pay alike, beside the rate: a forex broker's margin on the roll-over. */
  markup?: number;
}

export interface TradeEvent {
  readonly kind: typeof EVENT.trade;
  time: number;
  pair: PairState;
  tick: TradeTick;
}

export interface BookEvent {
  readonly kind: typeof EVENT.book;
  time: number;
  pair: PairState;
  top: BookTop;
}

export interface TimerEvent {
  readonly kind: typeof EVENT.timer;
  time: number;
  /** The only one that is told; absent: every strategy once. */
  slot?: Slot;
}

/** An operator's wish: journalled like any event, so that a replay repeats it. */
export interface CommandEvent {
  readonly kind: typeof EVENT.command;
  time: number;
  command:
    | { readonly name: 'stop-entries' | 'resume' | 'cancel-entries' | 'close-all' }
    | { readonly name: 'force-exit'; readonly slot: Slot; readonly reason: string }
    | { readonly name: 'force-enter'; readonly slot: Slot; readonly side: 'long' | 'short' }
    /** Places the stop of a position anew that has none. */
    | { readonly name: 'protect'; readonly slot: Slot }
    /** Entries on the slot's pair are refused with this reason; null ends it. */
    | { readonly name: 'block'; readonly slot: Slot; readonly reason: string | null }
    /** Stake currency that came or went by other ways than this account's trades. */
    | { readonly name: 'correct-cash'; readonly amount: number };
}

/** Something that was learned takes over. Journalled, so that it is known who answered; features act on it, the engine does not. */
export interface ModelActivatedEvent {
  readonly kind: typeof EVENT.model;
  time: number;
  /** Name of the train block. */
  readonly block: string;
  readonly pair: PairState;
  /** Of what was learned. */
  readonly hash: string;
  /** ms UTC: it has seen nothing later. */
  readonly trainedAt: number;
}

export type EngineEvent =
  | CandleBatch
  | FillEvent
  | OrderEvent
  | FundingEvent
  | TradeEvent
  | BookEvent
  | TimerEvent
  | CommandEvent
  | ModelActivatedEvent;

/** What the engine wants done after an event. The runtime commits the audit, then sends. Reused: consume before the next event. */
export class Effects {
  readonly submits = listOf<Order>();
  readonly cancels = listOf<Order>();
  /** Orders whose `ticks` or `lots` changed. */
  readonly amends = listOf<Order>();

  get isEmpty(): boolean {
    return this.submits.length === 0 && this.cancels.length === 0 && this.amends.length === 0;
  }

  clear(): void {
    empty(this.submits);
    empty(this.cancels);
    empty(this.amends);
  }
}
