import type { OrderSide } from '../domain/trade.ts';

// What a venue streams, as an adapter hands it on. Times are ms UTC, prices quote per base, amounts base units.

/** When something happened at the venue, and when we heard of it. */
export interface Stamped {
  readonly pair: string;
  readonly exchangeTime: number;
  readonly receivedAt: number;
}

/** A closed candle: final. A later revision is not delivered; it is reported to `StreamSink.revised`. */
export interface CandleEvent extends Stamped {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** How it was known to be closed. */
  readonly closedBy: 'flag' | 'next-open' | 'grace' | 'rest';
}

export interface TradeStreamEvent extends Stamped {
  readonly id: string | null;
  readonly price: number;
  readonly amount: number;
  /** The taker's side. */
  readonly side: OrderSide;
}

/** Levels best first. Delivered only while it is in sequence and not crossed; see `StreamState`. */
export interface BookStreamEvent extends Stamped {
  readonly bids: readonly (readonly [price: number, amount: number])[];
  readonly asks: readonly (readonly [price: number, amount: number])[];
}

/** NaN where the venue does not say. */
export interface TickerEvent extends Stamped {
  readonly last: number;
  readonly bid: number;
  readonly ask: number;
  /** Of 24 hours, in quote. */
  readonly quoteVolume: number;
  /** Change over 24 hours, as a fraction. */
  readonly change: number;
}

export interface FundingRateEvent extends Stamped {
  readonly mark: number;
  readonly index: number;
  /** Of the period that runs, as a fraction of notional. */
  readonly rate: number;
  readonly nextAt: number;
}

export interface OpenInterestEvent extends Stamped {
  /** Base units. */
  readonly amount: number;
  /** Quote; NaN where unknown. */
  readonly value: number;
}

/** Somebody's position was closed by the venue. `side` is that of the closing order. */
export interface LiquidationEvent extends Stamped {
  readonly side: OrderSide;
  readonly price: number;
  readonly amount: number;
}

/**
 * `live`: events come as they should. `stale`: nothing for 3 times the expected interval, or the book is out of sequence or crossed: block entries on
 * this pair. `polled`: the stream is down, REST stands in. A stream starts `stale` until its first event.
 */
export interface StreamState {
  readonly pair: string;
  readonly state: 'live' | 'stale' | 'polled';
  readonly at: number;
  readonly reason: string;
}

/** Where a stream goes. Calls are synchronous, in order, and must not throw. */
export interface StreamSink<Event> {
  event(event: Event): void;
  state?(state: StreamState): void;
  /** Candles only: the venue later told another candle than the one that was delivered. */
  revised?(delivered: CandleEvent, later: CandleEvent): void;
}

export interface Subscription {
  readonly pairs: readonly string[];
  /** Follows other pairs from now on; those that stay are not interrupted. */
  setPairs(pairs: readonly string[]): void;
  close(): void;
}
