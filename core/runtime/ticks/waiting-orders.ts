import type { Order } from '../../engine/order.ts';
import type { TickDesk } from './tick-desk.ts';
import type { TickMarket } from './tick-market.ts';

/** Orders from before a restart, by market: they go back to the simulated exchange once there is a book to stand in. */
export class WaitingOrders {
  readonly #orders = new Map<TickMarket, Order[]>();

  get isEmpty(): boolean {
    return this.#orders.size === 0;
  }

  add(market: TickMarket, order: Order): void {
    this.#orders.set(market, [...(this.#orders.get(market) ?? []), order]);
  }

  /** Sends those of a market whose book is there. Engine time, ns. */
  readmit(market: TickMarket, desks: readonly TickDesk[], time: number): void {
    const orders = this.#orders.get(market);
    if (orders === undefined || !market.broker.book.hasBoth) return;
    this.#orders.delete(market);
    for (const order of orders) if (order.isOpen) desks[order.slot.index]!.submit(order, time);
  }
}
