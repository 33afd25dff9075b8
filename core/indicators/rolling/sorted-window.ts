import type { Cell } from './memory.ts';

/** From here on a block move beats a loop over the elements between. */
const BLOCK = 64;

/**
 * The last `n` values in ascending order: O(log n) comparisons to find a place, and a block move of the values between the leaving and the coming one.
 */
export class SortedWindow implements Cell {
  readonly n: number;
  readonly size: number;
  /** [place in the ring, values held, ring of n, sorted n] */
  s = new Float64Array(0);

  /** Place in the block or ring: a whole number kept beside the state, where it is not a double. */
  #p = 0;

  constructor(n: number) {
    this.n = n;
    this.size = 2 + 2 * n;
  }

  load(): void {
    this.#p = this.s[0]! | 0;
  }

  save(): void {
    this.s[0] = this.#p;
  }

  get count(): number {
    return this.s[1]!;
  }

  /** How many held values are < x. */
  countBelow(x: number): number {
    const s = this.s;
    const base = this.n + 2;
    let low = base;
    let high = base + s[1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (s[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low - base;
  }

  /** How many held values are <= x. */
  countAtMost(x: number): number {
    const s = this.s;
    const base = this.n + 2;
    let low = base;
    let high = base + s[1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (s[middle]! <= x) low = middle + 1;
      else high = middle;
    }
    return low - base;
  }

  push(x: number): void {
    const s = this.s;
    const n = this.n;
    const base = n + 2;
    const at = this.#p;
    const old = s[2 + at]!;
    s[2 + at] = x;
    this.#p = at + 1 === n ? 0 : at + 1;
    const count = s[1]!;
    if (count < n) {
      const place = base + this.countBelow(x);
      s.copyWithin(place + 1, place, base + count);
      s[place] = x;
      s[1] = count + 1;
      return;
    }
    let i = base + this.countBelow(old);
    if (x > old) {
      const end = base + n;
      const stop = Math.min(end, i + BLOCK);
      while (i + 1 < stop && s[i + 1]! < x) {
        s[i] = s[i + 1]!;
        i++;
      }
      if (i + 1 === stop && stop < end) {
        // The hole is at i; the value there is stale, but it is below x, so the search stays right.
        s[i] = old;
        const place = base + this.countBelow(x) - 1;
        s.copyWithin(i, i + 1, place + 1);
        i = place;
      }
    } else {
      const stop = Math.max(base, i - BLOCK);
      while (i > stop && s[i - 1]! > x) {
        s[i] = s[i - 1]!;
        i--;
      }
      if (i === stop && stop > base) {
        s[i] = old;
        const place = base + this.countBelow(x);
        s.copyWithin(place + 1, place, i);
        i = place;
      }
    }
    s[i] = x;
  }

  /** The value of rank `i`, 0 the smallest. */
  at(i: number): number {
    return this.s[this.n + 2 + i]!;
  }

  /** Quantile q in 0..1, linear between neighbours (the default of numpy and pandas). */
  quantile(q: number): number {
    const place = q * (this.s[1]! - 1);
    const low = Math.floor(place);
    const a = this.at(low);
    const rest = place - low;
    return rest > 0 ? a + rest * (this.at(low + 1) - a) : a;
  }

  /** Median of |value - centre| over the held values, by a binary search for the nearest half of them. */
  medianDistance(centre: number): number {
    const count = this.s[1]!;
    const high = this.#distance(centre, (count >> 1) + 1);
    return count % 2 === 1 ? high : (high + this.#distance(centre, count >> 1)) / 2;
  }

  /** The `k`-th smallest distance from `centre`: the nearest k values lie side by side. */
  #distance(centre: number, k: number): number {
    let low = 0;
    let high = this.s[1]! - k;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (centre - this.at(middle) > this.at(middle + k) - centre) low = middle + 1;
      else high = middle;
    }
    return Math.max(centre - this.at(low), this.at(low + k - 1) - centre);
  }
}
