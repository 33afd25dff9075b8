import { addressOf, placeColumn } from './column-memory.ts';

/**
 * A typed-array series of which a part is in memory: absolute element i is `values[i - base]`, for base <= i < base + values.length.
 * A backtest holds all of it (base 0). Live, the buffer slides and keeps the last `lookback` rows: so nobody may store buffer indexes
 * between calls, only absolute ones.
 */
export interface Column {
  values: Float64Array;
  base: number;
}

/** A column over `values` whose first element has the absolute index `base`. */
export function column(values: Float64Array, base = 0): Column {
  return { values, base };
}

/**
 * Buffers of dropped columns, by room, for reuse: the first touch of a fresh 8 MB array costs 10 to 100 ms of page faults, far more
 * than the kernel that fills it. New ones lie in the memory of WebAssembly's loops while there is room.
 */
export class ColumnPool {
  readonly #free = new Map<number, Float64Array[]>();
  /** The memory behind each array that is out. */
  readonly #wholes = new WeakMap<Float64Array, Float64Array>();
  #bytes = 0;
  readonly #byteBudget: number;

  /** @param byteBudget most bytes kept of arrays that lie elsewhere; those in the memory are always kept */
  constructor(byteBudget = 256 * 1024 * 1024) {
    this.#byteBudget = byteBudget;
  }

  /** An array of `length` numbers with arbitrary content. */
  take(length: number): Float64Array {
    const room = roomFor(length);
    let whole = this.#free.get(room)?.pop();
    if (!whole) whole = placeColumn(room) ?? new Float64Array(room);
    else if (addressOf(whole) < 0) this.#bytes -= whole.byteLength;
    const array = whole.subarray(0, length);
    this.#wholes.set(array, whole);
    return array;
  }

  /** Hands an array of `take` back; the giver must not touch it any more. */
  give(array: Float64Array): void {
    const whole = this.#wholes.get(array);
    if (!whole) return;
    this.#wholes.delete(array);
    if (addressOf(whole) < 0) {
      if (this.#bytes + whole.byteLength > this.#byteBudget) return;
      this.#bytes += whole.byteLength;
    }
    const list = this.#free.get(whole.length);
    if (list) list.push(whole);
    else this.#free.set(whole.length, [whole]);
  }
}

/**
 * Numbers that room is made for where `length` are wanted: at most an eighth more. Runs of a search load a little more or less history each, and
 * write into the same memory all the same.
 */
export function roomFor(length: number): number {
  const unit = Math.max(64, 2 ** (Math.floor(Math.log2(length + 1)) - 4));
  return Math.ceil(length / unit) * unit;
}
