/**
 * Messages under way on one connection, first in, first out: a later one never overtakes an earlier one, so its arrival is put off to
 * that of its predecessor when the model says otherwise.
 */
export class MessageQueue<T> {
  #items: T[] = [];
  #arrivals: number[] = [];
  #first = 0;
  #lastArrival = Number.NEGATIVE_INFINITY;

  /** Arrival of the first message, Infinity when none is under way. */
  get nextTime(): number {
    return this.#first < this.#arrivals.length ? this.#arrivals[this.#first]! : Number.POSITIVE_INFINITY;
  }

  get length(): number {
    return this.#items.length - this.#first;
  }

  /** When a message due at `arrival` would really arrive. */
  arrivalOf(arrival: number): number {
    return Math.max(arrival, this.#lastArrival);
  }

  push(item: T, arrival: number): void {
    const time = this.arrivalOf(arrival);
    this.#lastArrival = time;
    this.#items.push(item);
    this.#arrivals.push(time);
  }

  /** Takes the first message out; undefined when there is none. */
  shift(): T | undefined {
    if (this.#first === this.#items.length) return undefined;
    const item = this.#items[this.#first++];
    if (this.#first === this.#items.length) {
      this.#items.length = 0;
      this.#arrivals.length = 0;
      this.#first = 0;
    } else if (this.#first >= 1024) {
      this.#items = this.#items.slice(this.#first);
      this.#arrivals = this.#arrivals.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
