import { takeOut } from '../foundation/short-list.ts';
import type { BookOrder, BookSide } from './book-order.ts';

/** Own resting orders of one side, best price first, earlier ones first at one price. */
export class RestingOrders {
  readonly orders: BookOrder[] = [];
  readonly #side: BookSide;

  constructor(side: BookSide) {
    this.#side = side;
  }

  /** Puts an order behind all of its price or better. */
  add(order: BookOrder): void {
    const { orders } = this;
    // Shifted by hand: a splice makes an array for what it takes out.
    let at = orders.length;
    orders.push(order);
    for (; at > 0 && (order.price - orders[at - 1]!.price) * this.#side > 0; at--) orders[at] = orders[at - 1]!;
    orders[at] = order;
  }

  remove(order: BookOrder): void {
    takeOut(this.orders, order);
  }

  /** Drops the orders that are no longer open. */
  sweep(): void {
    const { orders } = this;
    let kept = 0;
    for (let k = 0; k < orders.length; k++) {
      const order = orders[k]!;
      if (!order.isOpen) continue;
      if (kept < k) orders[kept] = order;
      kept++;
    }
    // Setting a length is a call into the runtime.
    while (orders.length > kept) orders.pop();
  }
}
