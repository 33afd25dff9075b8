import type { BookOrder } from './book-order.ts';
import type { QueueModel } from './queue-models.ts';

/** Told how many lots an order gets. */
export type OnShare = (order: BookOrder, lots: number) => void;

/**
 * The reference rule for a public trade at `tick` (`side`: the aggressor's) against own resting orders, best first: one priced better than
 * the trade is filled completely; one at its price when half a lot or more has traded past its place.
 */
export function shareWhole(
  orders: readonly BookOrder[],
  queue: QueueModel,
  side: number,
  tick: number,
  lots: number,
  onShare: OnShare,
): void {
  for (let i = 0; i < orders.length; i++) {
    const order = orders[i]!;
    const beyond = (tick - order.price) * side;
    if (beyond < 0) return;
    if (beyond === 0) {
      queue.onTrade(order, lots);
      if (Math.round(-order.front) <= 0) continue;
    }
    onShare(order, order.left);
  }
}

/**
 * The conserving rule: the trade's volume goes to own orders by price, then time, and never more than that volume in all. An order at the
 * trade's price gets what passed the queue ahead of it, less what earlier own orders of that price got.
 */
export function sharePartial(
  orders: readonly BookOrder[],
  queue: QueueModel,
  side: number,
  tick: number,
  lots: number,
  onShare: OnShare,
): void {
  let budget = lots;
  // What the better-priced own orders left over is all that reaches the queue at the trade's price.
  let reached = lots;
  for (let i = 0; i < orders.length && budget > 0; i++) {
    const order = orders[i]!;
    const beyond = (tick - order.price) * side;
    if (beyond < 0) return;
    let available = budget;
    if (beyond === 0) {
      queue.onTrade(order, reached);
      available = Math.min(budget, Math.round(-order.front) - (reached - budget));
      if (order.front < 0) order.front = 0;
    }
    const filled = Math.min(order.left, available);
    if (filled > 0) {
      budget -= filled;
      onShare(order, filled);
    }
    if (beyond > 0) reached = budget;
  }
}
