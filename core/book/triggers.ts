import type { BookOrder, TriggerSource } from './book-order.ts';

/** Stop and take-profit orders that sleep until a watched price reaches them. */
export class TriggerBook {
  readonly #sleeping: BookOrder[] = [];
  readonly #last: Record<TriggerSource, number> = { last: Number.NaN, mark: Number.NaN, index: Number.NaN };

  /** The latest price that the order's trigger watches; NaN before the first. */
  lastOf(order: BookOrder): number {
    return this.#last[order.trigger?.by ?? 'last'];
  }

  has(order: BookOrder): boolean {
    return this.#sleeping.length > 0 && this.#sleeping.includes(order);
  }

  add(order: BookOrder): void {
    this.#sleeping.push(order);
  }

  remove(order: BookOrder): void {
    if (this.#sleeping.length === 0) return;
    const at = this.#sleeping.indexOf(order);
    if (at >= 0) this.#sleeping.splice(at, 1);
  }

  /** Notes a price and takes out the orders that it wakes, oldest first. */
  fire(source: TriggerSource, tick: number): readonly BookOrder[] {
    this.#last[source] = tick;
    if (this.#sleeping.length === 0) return NONE;
    const woken = this.#sleeping.filter((order) => isTriggered(order, source, tick));
    for (const order of woken) this.remove(order);
    return woken;
  }
}

const NONE: readonly BookOrder[] = [];

/** Whether `price` of `source` wakes the order: a buy stop at or above its trigger, a buy take-profit at or below, sells mirrored. */
export function isTriggered(order: BookOrder, source: TriggerSource, price: number): boolean {
  const trigger = order.trigger;
  if (!trigger || (trigger.by ?? 'last') !== source) return false;
  const direction = trigger.kind === 'stop' ? order.side : -order.side;
  return (price - trigger.price) * direction >= 0;
}
