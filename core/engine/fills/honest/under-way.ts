import { append, empty, listOf } from '../../../foundation/short-list.ts';
import type { Order } from '../../order.ts';
import type { Slot } from '../../slot.ts';

/** A cancel or a change of price that has been sent. */
export interface Change {
  readonly order: Order;
  /** Engine time of its arrival, ns. */
  readonly dueAt: number;
  /** The new price; 0: a cancel. */
  readonly ticks: number;
}

/** Cancels and changes of price on their way to the simulated exchange. All take the same time, so they arrive in the order of their sending. */
export class UnderWay {
  readonly #changes = listOf<Change>();
  /** How many of them have arrived: the list is emptied when all have, since trailing stops send one a candle. */
  #arrived = 0;

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }

  send(order: Order, dueAt: number, ticks: number): void {
    append(this.#changes, { order, dueAt, ticks });
  }

  /** A stop that is new: until it arrives it stands out of reach. */
  sendStop(order: Order, dueAt: number): void {
    order.restingTicks = order.sign > 0 ? Number.MAX_SAFE_INTEGER : 1;
    this.send(order, dueAt, order.ticks);
  }

  /** Takes out the next that arrives before `time`; null when there is none. */
  next(time: number): Change | null {
    const changes = this.#changes;
    if (this.#arrived === changes.length) return null;
    const next = changes[this.#arrived]!;
    if (!(next.dueAt < time)) return null;
    if (++this.#arrived === changes.length) {
      empty(changes);
      this.#arrived = 0;
    }
    return next;
  }

  /** Something about the order has been sent: what is sent now does not overtake it. */
  has(order: Order): boolean {
    return this.#waiting.some((change) => change.order === order);
  }

  /** Open orders of a slot that can only reduce, with a cancel on its way. */
  reducing(slot: Slot): readonly Order[] {
    const orders = this.#waiting.filter(({ ticks }) => ticks === 0).map(({ order }) => order);
    return orders.filter((order) => order.slot === slot && order.reduceOnly && order.isOpen);
  }

  get #waiting(): readonly Change[] {
    return this.#changes.slice(this.#arrived);
  }
}
