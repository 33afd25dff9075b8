import { listOf } from '../../../foundation/short-list.ts';
import type { Engine } from '../../engine.ts';
import { type Effects, EVENT, type FillEvent, type OrderEvent } from '../../events.ts';
import type { Order } from '../../order.ts';

const { fill: FILL, order: ORDER } = EVENT;

/** What the simulated exchange tells the engine. Its fills are one event, used again and again. */
export class VenueAnswers {
  readonly #engine: Engine;
  readonly #fill: FillEvent;
  /** Orders to be acknowledged, and the states that they reached: the first `waiting`. */
  readonly #orders = listOf<Order>();
  readonly #states: number[] = [];
  waiting = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    const none = undefined as unknown as Order;
    this.#fill = { kind: FILL, time: 0, order: none, ticks: 0, lots: 0, rest: 0, fee: 0, maker: false };
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
    const change: OrderEvent = { kind: ORDER, time, order, state, reason };
    return this.#engine.order(change);
  }

  /** To be told by `tell`. */
  acknowledge(order: Order, state: number): void {
    this.#orders[this.waiting] = order;
    this.#states[this.waiting++] = state;
  }

  /** Tells one of what is to be acknowledged. */
  tell(k: number, time: number): Effects {
    return this.change(this.#orders[k]!, this.#states[k]!, null, time);
  }
}
