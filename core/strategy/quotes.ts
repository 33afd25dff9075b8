import { TidegateError } from '../foundation/errors.ts';
import type { MicroOptions } from '../microstructure/micro-market.ts';
import type { PairSurface } from './pair-surface.ts';
import type { FeatureRecord, Views } from './view.ts';

/**
 * How far the book of a run on ticks can be trusted: `waiting` for its first snapshot; `gap`: it was cleared (messages are missing, the stream broke) and
 * is not whole yet; `crossed`: levels of one side reach into the other; `stale`: nothing has changed for five seconds. Anything but `live` means: do
 * not trade on it.
 */
export type BookState = 'waiting' | 'live' | 'gap' | 'crossed' | 'stale';

/** One level of a wished-for book. Price in quote, amount in base units. */
export interface QuoteLevel {
  readonly price: number;
  readonly amount: number;
}

/** The two-sided book that a market maker wants right now. What it does not name is withdrawn. */
export interface QuoteWish {
  readonly bids: readonly QuoteLevel[];
  readonly asks: readonly QuoteLevel[];
}

/** An order as the strategy words it: no price makes it a market order. */
export interface OrderWish {
  readonly side: 'buy' | 'sell';
  readonly amount: number;
  readonly price?: number;
  readonly timeInForce?: 'gtc' | 'ioc' | 'fok';
  /** Expire on arrival rather than take. */
  readonly postOnly?: boolean;
  /** Never more than closes the position. */
  readonly reduceOnly?: boolean;
  readonly tag?: string;
}

/** Orders by hand, beside positions and quotes. Fills arrive in `onFill`. */
export interface OrdersLevel {
  /** Sends an order and returns its number. */
  submit(order: OrderWish): number;
  cancel(id: number): void;
  /** A new price or open amount; a smaller amount at the same price keeps the place in the queue. */
  amend(id: number, change: { readonly price?: number; readonly amount?: number }): void;
  /** Whether an order has not ended, as far as answers have arrived. */
  isOpen(id: number): boolean;
  /** Numbers of those that have not ended. */
  readonly open: readonly number[];
}

/** What a strategy asks of a tick run. */
export interface TickNeeds {
  /** Time between `onTimer` calls, ms of market time. */
  readonly timerMs?: number;
  /** Options of the microstructure features in `this.micro`. */
  readonly micro?: MicroOptions;
}

/** A decision of a strategy's gate, for the journal. */
export interface Decision {
  /** ms UTC. */
  readonly time: number;
  readonly gate: string;
  readonly passed: boolean;
  readonly reason: string;
  /** The number that decided; NaN where none did. */
  readonly value: number;
}

export type OrderRequestOfAuthor =
  | { readonly kind: 'submit'; readonly id: number; readonly order: OrderWish }
  | { readonly kind: 'cancel'; readonly id: number }
  | {
      readonly kind: 'amend';
      readonly id: number;
      readonly change: { readonly price?: number; readonly amount?: number };
    };

/** Whose callback is at work: the features of its pair, as of the last closed candle; null while none is. */
export interface AskedFeatures {
  readonly features: Views<FeatureRecord> | null;
}

/** What a run gives a strategy beside its bars: the pair that the callback at hand is about, and where gates' decisions go. */
export class TickSurface {
  /** Set before every callback; null in runs on candles. */
  here: PairSurface | null = null;
  /** In runs on candles: who asks the callbacks. */
  asking: AskedFeatures | null = null;
  onDecision: ((gate: string, passed: boolean, reason: string, value: number) => void) | null = null;

  /** What is declared for the pair that the callback at hand is about. @throws TidegateError STRATEGY_FEATURES where there is none */
  get features(): Views<FeatureRecord> {
    const features = this.here === null ? this.asking?.features : this.here.features;
    if (features) return features;
    throw new TidegateError('STRATEGY_FEATURES', 'this.f was read where no callback about a pair is at work', {
      remedy: 'onCandle is given the features: take them from there, onCandle({ f }).',
    });
  }

  /** @throws TidegateError STRATEGY_NEEDS_TICKS outside of runs on ticks */
  demand(what: string): PairSurface {
    if (this.here !== null) return this.here;
    throw new TidegateError(
      'STRATEGY_NEEDS_TICKS',
      `${what} works on trades and books, and this run has only candles`,
      { remedy: 'Give it ticks: tidegate backtest --ticks, or tidegate trade --ticks.' },
    );
  }
}
