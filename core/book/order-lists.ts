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
    let at = this.orders.length;
    while (at > 0 && (order.price - this.orders[at - 1]!.price) * this.#side > 0) at--;
    this.orders.splice(at, 0, order);
  }

  remove(order: BookOrder): void {
    const at = this.orders.indexOf(order);
    if (at >= 0) this.orders.splice(at, 1);
  }

  /** Drops the orders that are no longer open. */
  sweep(): void {
    const orders = this.orders;
    let kept = 0;
    for (const order of orders) if (order.isOpen) orders[kept++] = order;
    // Setting a length is a call into the runtime.
    while (orders.length > kept) orders.pop();
  }
}
