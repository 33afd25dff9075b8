import type { PositionView } from '../domain/views.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MicroMarket } from '../microstructure/micro-market.ts';
import { QuoteColumns } from './quote-columns.ts';
import type { BookState, OrderRequestOfAuthor, OrdersLevel, OrderWish, QuoteLevel, QuoteWish } from './quotes.ts';
import type { BookTop } from './strategy.ts';
import type { FeatureRecord, Views } from './view.ts';

/** What passes between a strategy and a run on ticks about one pair: wishes out, features in. Made and filled by the run. */
export class PairSurface {
  readonly pair: string;
  /** State per pair: the same object as `bar.store`. */
  readonly store: Record<string, unknown>;
  /** The standing wish, as the run reads it after each event. */
  readonly bids = new QuoteColumns();
  readonly asks = new QuoteColumns();
  /** Something has been wished for. */
  hasWish = false;
  hasNewWish = false;
  readonly requests: OrderRequestOfAuthor[] = [];
  /** Numbers of orders by hand that have not ended. */
  readonly open = new Set<number>();
  micro: MicroMarket | null = null;
  features: Views<FeatureRecord> = {};
  /** The best prices as received; null while a side is empty. */
  book: () => BookTop | null = () => null;
  bookState: () => BookState = () => 'waiting';
  /** The position, as the answers so far have it. */
  position: () => PositionView | null = () => null;
  readonly orders: OrdersLevel;
  /** Numbers of orders by hand and quotes, unique in the run. */
  readonly takeId: () => number;

  constructor(pair: string, store: Record<string, unknown>, takeId: () => number) {
    this.pair = pair;
    this.store = store;
    this.takeId = takeId;
    this.orders = ordersLevel(this);
  }

  /** The standing wish; null until the first. */
  get wish(): QuoteWish | null {
    return this.hasWish ? { bids: this.bids.levels, asks: this.asks.levels } : null;
  }

  /** Takes a wish as it is. */
  set wish({ bids, asks }: QuoteWish) {
    this.bids.set(bids);
    this.asks.set(asks);
    this.hasWish = true;
  }

  /** @throws TidegateError STRATEGY_QUOTE for a level without a positive price and amount, and for bids at or above asks */
  quote(wish: QuoteWish): void {
    const { bids, asks } = wish;
    let bid = 0;
    let ask = Number.POSITIVE_INFINITY;
    for (let i = 0; i < bids.length; i++) {
      const level = bids[i]!;
      if (!isLevel(level)) throw badLevel(level, 'bids');
      if (level.price > bid) bid = level.price;
    }
    for (let i = 0; i < asks.length; i++) {
      const level = asks[i]!;
      if (!isLevel(level)) throw badLevel(level, 'asks');
      if (level.price < ask) ask = level.price;
    }
    if (bid >= ask)
      throw new TidegateError(
        'STRATEGY_QUOTE',
        `quote() was given a bid at ${bid} and an ask at ${ask}: they would trade with each other`,
        { remedy: 'Quote bids below asks.' },
      );
    if (this.hasWish && this.bids.isSame(bids) && this.asks.isSame(asks)) return;
    this.wish = wish;
    this.hasNewWish = true;
  }
}

function ordersLevel(surface: PairSurface): OrdersLevel {
  return {
    submit(order: OrderWish) {
      if (!(order.amount > 0) || (order.price !== undefined && !(order.price > 0)))
        throw new TidegateError(
          'STRATEGY_ORDER',
          `orders.submit() was given ${order.amount} at ${order.price ?? 'market'}`,
          { remedy: 'Give an amount above 0, and a price above 0 or none.' },
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
    isOpen: (id) => surface.open.has(id),
    get open() {
      return [...surface.open];
    },
  };
}

function isLevel({ price, amount }: QuoteLevel): boolean {
  return price > 0 && amount > 0 && price < Number.POSITIVE_INFINITY && amount < Number.POSITIVE_INFINITY;
}

function badLevel(level: QuoteLevel, side: string): TidegateError {
  return new TidegateError('STRATEGY_QUOTE', `quote() was given ${level.amount} at ${level.price} in ${side}`, {
    remedy: 'Leave out levels that are not wanted; prices and amounts must be above 0.',
  });
}
