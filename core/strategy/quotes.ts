import type { PositionView } from '../domain/views.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MicroMarket, MicroOptions } from '../microstructure/micro-market.ts';
import type { PairSurface } from './pair-surface.ts';

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
  /** Numbers of those that have not ended, as far as answers have arrived. */
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

/** First number of orders by hand and quotes: the engine's own count from 1. */
const FIRST_ID = 1_000_000_001;

/** What passes between a strategy and a run on ticks: wishes out, features in. Filled by the run before `onStart`. */
export class TickSurface {
  /** The standing wish; null until the first. The run reads it after each event. */
  wish: QuoteWish | null = null;
  hasNewWish = false;
  readonly requests: OrderRequestOfAuthor[] = [];
  readonly open = new Set<number>();
  /** The pair that the callback at hand is about. */
  here: PairSurface | null = null;
  micro: MicroMarket | null = null;
  /** The slot's position, as the answers so far have it. */
  position: () => PositionView | null = () => null;
  onDecision: ((gate: string, passed: boolean, reason: string, value: number) => void) | null = null;
  isAttached = false;
  #nextId = FIRST_ID;

  takeId(): number {
    return this.#nextId++;
  }

  /** @throws TidegateError STRATEGY_NEEDS_TICKS outside of runs on ticks */
  demand(what: string): this {
    if (!this.isAttached)
      throw new TidegateError(
        'STRATEGY_NEEDS_TICKS',
        `${what} works on trades and books, and this run has only candles`,
        {
          remedy: 'Give it ticks: tidegate backtest --ticks <pair>, or trade it on a live book.',
        },
      );
    return this;
  }

  /** @throws TidegateError STRATEGY_QUOTE for a level without a positive price and amount, and for bids at or above asks */
  quote(wish: QuoteWish): void {
    this.demand('quote()');
    for (const side of ['bids', 'asks'] as const)
      for (const level of wish[side])
        if (
          !(
            level.price > 0 &&
            level.amount > 0 &&
            level.price < Number.POSITIVE_INFINITY &&
            level.amount < Number.POSITIVE_INFINITY
          )
        )
          throw new TidegateError('STRATEGY_QUOTE', `quote() was given ${level.amount} at ${level.price} in ${side}`, {
            remedy: 'Leave out levels that are not wanted; prices and amounts must be above 0.',
          });
    const bid = wish.bids.reduce((most, l) => Math.max(most, l.price), 0);
    const ask = wish.asks.reduce((least, l) => Math.min(least, l.price), Number.POSITIVE_INFINITY);
    if (bid >= ask)
      throw new TidegateError(
        'STRATEGY_QUOTE',
        `quote() was given a bid at ${bid} and an ask at ${ask}: they would trade with each other`,
        {
          remedy: 'Quote bids below asks.',
        },
      );
    if (this.wish !== null && isSame(this.wish.bids, wish.bids) && isSame(this.wish.asks, wish.asks)) return;
    // Copied: an author may fill the same object anew each time.
    this.wish = { bids: wish.bids.map((l) => ({ ...l })), asks: wish.asks.map((l) => ({ ...l })) };
    this.hasNewWish = true;
  }

  readonly orders: OrdersLevel = this.#ordersLevel();

  #ordersLevel(): OrdersLevel {
    const surface = this;
    return {
      submit(order) {
        surface.demand('orders.submit()');
        if (!(order.amount > 0) || (order.price !== undefined && !(order.price > 0)))
          throw new TidegateError(
            'STRATEGY_ORDER',
            `orders.submit() was given ${order.amount} at ${order.price ?? 'market'}`,
            {
              remedy: 'Give an amount above 0, and a price above 0 or none.',
            },
          );
        const id = surface.takeId();
        surface.open.add(id);
        surface.requests.push({ kind: 'submit', id, order });
        return id;
      },
      cancel(id) {
        if (surface.open.has(id)) surface.requests.push({ kind: 'cancel', id });
      },
      amend(id, change) {
        if (surface.open.has(id)) surface.requests.push({ kind: 'amend', id, change });
      },
      get open() {
        return [...surface.open];
      },
    };
  }
}

function isSame(a: readonly QuoteLevel[], b: readonly QuoteLevel[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]!.price !== b[i]!.price || a[i]!.amount !== b[i]!.amount) return false;
  return true;
}
