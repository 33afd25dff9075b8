import { requireCount, type Savable, StateReader } from './state.ts';

/** The last `capacity` numbers of a stream in one typed array; pushing is O(1) and allocates nothing. */
export class Ring implements Savable {
  readonly capacity: number;
  readonly #values: Float64Array;
  #next = 0;
  #length = 0;

  constructor(capacity: number) {
    this.capacity = requireCount('capacity', capacity);
    this.#values = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.capacity;
  }

  /** Adds a value and returns the one that fell out, NaN while there was room. */
  push(value: number): number {
    const slot = this.#next;
    const dropped = this.isFull ? this.#values[slot]! : Number.NaN;
    this.#values[slot] = value;
    this.#next = slot + 1 === this.capacity ? 0 : slot + 1;
    if (this.#length < this.capacity) this.#length++;
    return dropped;
  }

  /** The value `index` places after the oldest one; NaN outside. */
  at(index: number): number {
    if (index < 0 || index >= this.#length) return Number.NaN;
    let slot = this.#next - this.#length + index;
    if (slot < 0) slot += this.capacity;
    return this.#values[slot]!;
  }

  /** The newest value; NaN when empty. */
  last(): number {
    return this.at(this.#length - 1);
  }

  /** Copies the values, oldest first, and returns how many there were. */
  copyTo(target: Float64Array): number {
    for (let i = 0; i < this.#length; i++) target[i] = this.at(i);
    return this.#length;
  }

  clear(): void {
    this.#next = 0;
    this.#length = 0;
  }

  save(): number[] {
    const state = [this.capacity, this.#length];
    for (let i = 0; i < this.#length; i++) state.push(this.at(i));
    return state;
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    reader.expect('capacity', this.capacity);
    const length = reader.next();
    this.clear();
    for (let i = 0; i < length; i++) this.push(reader.next());
  }
}
