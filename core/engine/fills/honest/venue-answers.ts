import { listOf } from '../../../foundation/short-list.ts';
import type { Engine } from '../../engine.ts';
import { type Effects, EVENT, type FillEvent, type OrderEvent } from '../../events.ts';
import type { Order } from '../../order.ts';

/** What the simulated exchange tells the engine. Its fills are one event, used again and again. */
export class VenueAnswers {
  readonly #engine: Engine;
  readonly #fill: FillEvent;
  /** Orders to be acknowledged, and the states that they reached: as many as there are, of which some have been told. */
  readonly #orders = listOf<Order>();
  readonly #states: number[] = [];
  #count = 0;
  #told = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    const none = undefined as unknown as Order;
    this.#fill = { kind: EVENT.fill, time: 0, order: none, ticks: 0, lots: 0, rest: 0, fee: 0, maker: false };
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
    const change: OrderEvent = { kind: EVENT.order, time, order, state, reason };
    return this.#engine.order(change);
  }

  /** To be told by `next`. */
  acknowledge(order: Order, state: number): void {
    this.#orders[this.#count] = order;
    this.#states[this.#count++] = state;
  }

  /** Something is to be acknowledged. */
  get areWaiting(): boolean {
    return this.#count > 0;
  }

  /** Tells the next of what is to be acknowledged. */
  next(time: number): Effects {
    const order = this.#orders[this.#told]!;
    const state = this.#states[this.#told]!;
    if (++this.#told === this.#count) this.#told = this.#count = 0;
    return this.change(order, state, null, time);
  }
}
