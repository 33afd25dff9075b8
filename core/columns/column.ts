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
 * Buffers of dropped columns, by length, for reuse: the first touch of a fresh 8 MB array costs 10 to 100 ms of page faults, far more
 * than the kernel that fills it. New ones lie in the memory of WebAssembly's loops while there is room.
 */
export class ColumnPool {
  readonly #free = new Map<number, Float64Array[]>();
  #bytes = 0;
  readonly #byteBudget: number;

  /** @param byteBudget most bytes kept of arrays that lie elsewhere; those in the memory are always kept */
  constructor(byteBudget = 512 * 1024 * 1024) {
    this.#byteBudget = byteBudget;
  }

  /** An array of `length` numbers with arbitrary content. */
  take(length: number): Float64Array {
    const array = this.#free.get(length)?.pop();
    if (!array) return placeColumn(length) ?? new Float64Array(length);
    if (addressOf(array) < 0) this.#bytes -= array.byteLength;
    return array;
  }

  /** Hands an array back; the giver must not touch it any more. */
  give(array: Float64Array): void {
    if (addressOf(array) < 0) {
      if (this.#bytes + array.byteLength > this.#byteBudget) return;
      this.#bytes += array.byteLength;
    }
    const list = this.#free.get(array.length);
    if (list) list.push(array);
    else this.#free.set(array.length, [array]);
  }
}
