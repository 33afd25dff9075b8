/**
 * Messages under way on one connection, first in, first out: a later one never overtakes an earlier one, so its arrival is put off to
 * that of its predecessor when the model says otherwise. A ring that doubles when it is full.
 */
export class MessageQueue<T> {
  #items: (T | undefined)[] = new Array(16).fill(undefined);
  #arrivals = new Float64Array(16);
  #first = 0;
  #count = 0;
  #lastArrival = Number.NEGATIVE_INFINITY;

  /** Arrival of the first message, Infinity when none is under way. Kept up to date rather than looked up: it is asked for many times an event. */
  nextTime = Number.POSITIVE_INFINITY;

  get length(): number {
    return this.#count;
  }

  /** When a message due at `arrival` would really arrive. */
  arrivalOf(arrival: number): number {
    return Math.max(arrival, this.#lastArrival);
  }

  push(item: T, arrival: number): void {
    const time = this.arrivalOf(arrival);
    this.#lastArrival = time;
    if (this.#count === this.#items.length) this.#grow();
    const at = (this.#first + this.#count++) & (this.#items.length - 1);
    this.#items[at] = item;
    this.#arrivals[at] = time;
    if (this.#count === 1) this.nextTime = time;
  }

  /** Takes the first message out; undefined when there is none. */
  shift(): T | undefined {
    if (this.#count === 0) return undefined;
    const at = this.#first;
    const item = this.#items[at];
    this.#items[at] = undefined;
    this.#first = (at + 1) & (this.#items.length - 1);
    this.nextTime = --this.#count > 0 ? this.#arrivals[this.#first]! : Number.POSITIVE_INFINITY;
    return item;
  }

  #grow(): void {
    const size = this.#items.length;
    const items: (T | undefined)[] = new Array(2 * size).fill(undefined);
    const arrivals = new Float64Array(2 * size);
    for (let k = 0; k < size; k++) {
      const at = (this.#first + k) & (size - 1);
      items[k] = this.#items[at];
      arrivals[k] = this.#arrivals[at]!;
    }
    this.#items = items;
    this.#arrivals = arrivals;
    this.#first = 0;
  }
}
