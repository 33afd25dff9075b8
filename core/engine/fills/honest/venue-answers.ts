import { append, empty, listOf } from '../../../foundation/short-list.ts';
import type { Engine } from '../../engine.ts';
import { type Effects, EVENT, type FillEvent, type OrderEvent } from '../../events.ts';
import type { Order } from '../../order.ts';

/** What the simulated exchange tells the engine: one event of each kind, used again and again. */
export class VenueAnswers {
  readonly #engine: Engine;
  readonly #fill: FillEvent;
  readonly #change: OrderEvent;
  /** Orders to be acknowledged, and the states that they reached. */
  readonly #orders = listOf<Order>();
  readonly #states: number[] = [];
  #told = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    const none = undefined as unknown as Order;
    this.#fill = { kind: EVENT.fill, time: 0, order: none, ticks: 0, lots: 0, rest: 0, fee: 0, maker: false };
    this.#change = { kind: EVENT.order, time: 0, order: none, state: 0, reason: null };
  }

  /** @param rest lots that stay on the order */
  fill(order: Order, ticks: number, lots: number, rest: number, maker: boolean, time: number): Effects {
    const { instrument } = order.slot.pair;
    const fill = this.#fill;
    fill.time = time;
    fill.order = order;
    fill.ticks = ticks;
    fill.lots = lots;
    fill.rest = rest;
    fill.fee = instrument.amount(lots) * instrument.price(ticks) * (maker ? instrument.makerFee : instrument.takerFee);
    fill.maker = maker;
    return this.#engine.fill(fill);
  }

  change(order: Order, state: number, reason: string | null, time: number): Effects {
    const change = this.#change;
    change.time = time;
    change.order = order;
    change.state = state;
    change.reason = reason;
    return this.#engine.order(change);
  }

  /** To be told by `next`. */
  acknowledge(order: Order, state: number): void {
    append(this.#orders, order);
    append(this.#states, state);
  }

  /** Tells the next of what is to be acknowledged; null when there is nothing left. */
  next(time: number): Effects | null {
    const k = this.#told;
    if (k < this.#orders.length) {
      this.#told++;
      return this.change(this.#orders[k]!, this.#states[k]!, null, time);
    }
    if (k > 0) {
      empty(this.#orders);
      empty(this.#states);
      this.#told = 0;
    }
    return null;
  }
}
