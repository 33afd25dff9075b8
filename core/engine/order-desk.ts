import type { StringTable } from '../columns/record-log.ts';
import { append, takeOut } from '../foundation/short-list.ts';
import type { Effects } from './events.ts';
import type { OrderLog } from './logs.ts';
import { ORDER_KIND, ORDER_STATE, Order } from './order.ts';
import type { Slot } from './slot.ts';

const { market: MARKET } = ORDER_KIND;
const { created: CREATED, working: WORKING, cancelled: CANCELLED } = ORDER_STATE;

/** Makes, amends and withdraws orders: numbers them, logs them, and puts them into the effects of the event at hand. */
export class OrderDesk {
  readonly #effects: Effects;
  readonly #log: OrderLog;
  readonly #names: StringTable;
  /** Number of the next order. */
  nextId = 1;

  constructor(effects: Effects, log: OrderLog, names: StringTable) {
    this.#effects = effects;
    this.#log = log;
    this.#names = names;
  }

  submit(
    slot: Slot,
    purpose: number,
    kind: number,
    sign: number,
    ticks: number,
    lots: number,
    time: number,
    tag: string | null,
  ): Order {
    const id = this.nextId++;
    const order = new Order(id, slot, purpose, kind, sign, ticks, lots, time, tag);
    const tagId = this.#names.id(tag);
    const at = this.#log.append();
    const { data } = this.#log;
    data[at] = id;
    data[at + 1] = slot.index;
    data[at + 2] = purpose;
    data[at + 3] = kind;
    data[at + 4] = sign;
    data[at + 5] = ticks;
    data[at + 6] = lots;
    data[at + 7] = time;
    data[at + 8] = tagId;
    append(this.#effects.submits, order);
    return order;
  }

  /** An order that is worked by others, its children: numbered, but neither logged nor sent. */
  parent(slot: Slot, purpose: number, sign: number, lots: number, time: number, tag: string | null): Order {
    const order = new Order(this.nextId++, slot, purpose, MARKET, sign, 0, lots, time, tag);
    order.state = WORKING;
    return order;
  }

  amend(order: Order, ticks: number, lots: number): void {
    order.ticks = ticks;
    order.price = order.slot.pair.instrument.price(ticks);
    order.lots = lots;
    if (!this.#isUnsent(order)) append(this.#effects.amends, order);
  }

  /** Asks for the withdrawal of an order. True when it was never sent and so is gone at once: no event will tell. */
  cancel(order: Order): boolean {
    if (!order.isOpen) return false;
    if (this.#isUnsent(order)) {
      takeOut(this.#effects.submits, order);
      order.state = CANCELLED;
      return true;
    }
    order.isWithdrawn = true;
    append(this.#effects.cancels, order);
    return false;
  }

  /** It is among the effects of the event at hand. */
  #isUnsent(order: Order): boolean {
    return order.state === CREATED && this.#effects.submits.includes(order);
  }
}
