/**
 * Messages under way on one connection, first in, first out: a later one never overtakes an earlier one, so its arrival is put off to
 * that of its predecessor when the model says otherwise. A ring of messages that are used again, since a run makes millions, and doubles when it is full.
 */
export class MessageQueue<T> {
  readonly #make: () => T;
  #items: T[];
  #arrivals = new Float64Array(16);
  #first = 0;
  #count = 0;
  #lastArrival = Number.NEGATIVE_INFINITY;

  /** Arrival of the first message, Infinity when none is under way. Kept up to date rather than looked up: it is asked for many times an event. */
  nextTime = Number.POSITIVE_INFINITY;

  /** @param make an empty message */
  constructor(make: () => T) {
    this.#make = make;
    this.#items = Array.from({ length: 16 }, make);
  }

  get length(): number {
    return this.#count;
  }

  /** When a message due at `arrival` would really arrive. */
  arrivalOf(arrival: number): number {
    return Math.max(arrival, this.#lastArrival);
  }

  /** Puts a message last and returns it, with what it held before: every field is to be set. */
  push(arrival: number): T {
    const time = this.arrivalOf(arrival);
    this.#lastArrival = time;
    // The one taken last is still being read.
    if (this.#count + 1 === this.#items.length) this.#grow();
    const at = (this.#first + this.#count++) & (this.#items.length - 1);
    this.#arrivals[at] = time;
    if (this.#count === 1) this.nextTime = time;
    return this.#items[at]!;
  }

  /** Takes the first message out, where there is one. It may be read until the next is taken. */
  shift(): T {
    const at = this.#first;
    this.#first = (at + 1) & (this.#items.length - 1);
    this.nextTime = --this.#count > 0 ? this.#arrivals[this.#first]! : Number.POSITIVE_INFINITY;
    return this.#items[at]!;
  }

  #grow(): void {
    const size = this.#items.length;
    const old = this.#arrivals;
    this.#items = Array.from({ length: 2 * size }, (_, k) =>
      k < size - 1 ? this.#items[(this.#first + k) & (size - 1)]! : this.#make(),
    );
    this.#arrivals = Float64Array.from({ length: 2 * size }, (_, k) => old[(this.#first + k) & (size - 1)]!);
    this.#first = 0;
  }
}
