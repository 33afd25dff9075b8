import type { BookBroker } from './book-broker.ts';
import type { BookSide } from './book-order.ts';

/** Settings of the reference quoter. Ticks, lots and ns. */
export interface QuoterOptions {
  readonly offsetTicks: number;
  readonly lots: number;
  readonly maxLots: number;
  readonly startTime: number;
  readonly stepNs: number;
  readonly steps: number;
  /** Hears of each request as it is sent; price is NaN for a cancel. */
  readonly onRequest?: (time: number, id: number, kind: 'buy' | 'sell' | 'cancel', price: number) => void;
}

/**
 * The two-sided quoter of the reference vectors and of the speed benchmark: at each step it wants one post-only bid `offsetTicks` below the
 * best bid and one ask above the best ask, as far as the position limit allows, and cancels every resting order elsewhere.
 */
export function runQuoter(broker: BookBroker, options: QuoterOptions): void {
  const { offsetTicks, lots, maxLots, startTime, stepNs, steps } = options;
  const { book, trader } = broker;
  let nextId = 1;
  const quote = (side: BookSide, price: number): void => {
    for (const order of trader.orders.values()) if (order.side === side && order.price === price) return;
    options.onRequest?.(broker.now, nextId, side > 0 ? 'buy' : 'sell', price);
    broker.submit({ id: nextId++, side, price, lots, postOnly: true });
  };
  for (let step = 1; step <= steps; step++) {
    broker.advanceTo(startTime + step * stepNs);
    for (const order of trader.orders.values()) {
      if (order.status === 'filled' || order.status === 'cancelled' || order.status === 'expired')
        trader.forget(order.id);
    }
    const { bestBid, bestAsk } = book;
    if (!book.hasBoth || bestBid >= bestAsk) continue;
    const position = trader.account.position;
    const bid = position + lots <= maxLots ? bestBid - offsetTicks : Number.NaN;
    const ask = position - lots >= -maxLots ? bestAsk + offsetTicks : Number.NaN;
    for (const order of trader.orders.values()) {
      if (order.status !== 'resting' || order.pending !== 'none') continue;
      if (order.price === (order.side > 0 ? bid : ask)) continue;
      options.onRequest?.(broker.now, order.id, 'cancel', Number.NaN);
      broker.cancel(order.id);
    }
    if (!Number.isNaN(bid)) quote(1, bid);
    if (!Number.isNaN(ask)) quote(-1, ask);
  }
}
