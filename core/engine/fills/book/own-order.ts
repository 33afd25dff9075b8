import type { OrderRequest } from '../../../book/book-order.ts';
import type { Instrument } from '../../../domain/tradable.ts';
import type { PairSurface } from '../../../strategy/pair-surface.ts';
import type { MessageMeter } from './message-limits.ts';
import type { SpotCash } from './spot-cash.ts';
import type { SpotCoins } from './spot-coins.ts';

/** The part of a broker that quotes and orders by hand go to. */
export interface RequestSink {
  submit(request: OrderRequest): void;
  cancel(id: number): void;
  /** `of`: open lots as known: fills that are not heard of yet count towards the new size then. */
  amend(id: number, change: { readonly price?: number; readonly left?: number; readonly of?: number }): void;
}

/** An order that the engine did not make: a quote, or one by hand. */
export interface OwnOrder {
  readonly id: number;
  readonly sign: 1 | -1;
  readonly isQuote: boolean;
  readonly tag: string | null;
  /** NaN for market orders. */
  ticks: number;
  lots: number;
  pending: 'none' | 'new' | 'cancel' | 'amend';
  /** On spot: stake currency that a buy, or lots that a sell holds back. */
  held: number;
  /** Where it was asked to move to, while it is being moved. */
  toTicks: number;
  toLots: number;
}

/** What quotes and orders by hand of one strategy on one instrument are wired from. */
export interface OwnOrdersOptions {
  readonly surface: PairSurface;
  readonly instrument: Instrument;
  readonly sink: RequestSink;
  readonly meter: MessageMeter;
  /** Ticks within which a resting quote counts as the wanted one. */
  readonly tolerance?: number;
  /** Most lots of a side that position and cash allow at a price. */
  readonly cap?: (sign: 1 | -1, ticks: number, lots: number) => number;
  /** False while another strategy owns the instrument: nothing new is sent then. */
  readonly mayOpen?: () => boolean;
  /** On spot: buys hold cash back. */
  readonly cash?: SpotCash;
  /** On spot: sells hold coins back. */
  readonly coins?: SpotCoins;
  /** Sells only take off what is held: on spot, and where the strategy holds no short positions. */
  readonly onlyCloses?: boolean;
  /** On margin, where several share an account: what orders would take is held back from the others. */
  readonly shareMargin?: (orders: readonly OwnOrder[]) => void;
  /** The last price in ticks: what orders at the market are reckoned at. */
  readonly lastTicks?: () => number;
  /** Hears why an order by hand was not sent. */
  readonly onRefused?: (reason: string) => void;
}

/** An order that is about to be sent. `ticks`: NaN at the market. */
export function ownOrder(
  id: number,
  sign: 1 | -1,
  tag: string | null,
  isQuote: boolean,
  ticks: number,
  lots: number,
): OwnOrder {
  return { id, sign, isQuote, tag, ticks, lots, pending: 'new', held: 0, toTicks: ticks, toLots: lots };
}
