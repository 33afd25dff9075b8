import type { Cell } from './memory.ts';

/** From here on a block move beats a loop over the elements between. */
const BLOCK = 64;
/** Equal neighbours to look at one by one before a search. */
const SCAN = 8;

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

  /** Where the last pushed value lies, and the value that left for it (NaN while the window fills). */
  #last = 0;
  #left = Number.NaN;

  /** How many held values are < the one pushed last. */
  get below(): number {
    const s = this.s;
    const x = s[this.#last]!;
    let place = this.#last;
    const stop = Math.max(this.n + 2, place - SCAN);
    while (place > stop && s[place - 1] === x) place--;
    return place > stop || stop === this.n + 2 ? place - this.n - 2 : this.countBelow(x);
  }

  /** How many held values are > the one pushed last. */
  get above(): number {
    const s = this.s;
    const x = s[this.#last]!;
    const end = this.n + 1 + s[1]!;
    let place = this.#last;
    const stop = Math.min(end, place + SCAN);
    while (place < stop && s[place + 1] === x) place++;
    return place < stop || stop === end ? end - place : s[1]! - this.countAtMost(x);
  }

  /** How many of the n values before the one pushed last are < it; for a window that was full. */
  get belowBefore(): number {
    return this.below + (this.#left < this.s[this.#last]! ? 1 : 0);
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
      this.#last = place;
      this.#left = Number.NaN;
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
    this.#last = i;
    this.#left = old;
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

  /** Median of |value - centre| over the held values: the nearest k lie side by side, and are found by halving. */
  medianDistance(centre: number): number {
    const s = this.s;
    const count = s[1]!;
    const k = (count + 1) >> 1;
    const base = this.n + 2;
    let low = base;
    let high = base + count - k;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (centre - s[middle]! > s[middle + k]! - centre) low = middle + 1;
      else high = middle;
    }
    const distance = Math.max(centre - s[low]!, s[low + k - 1]! - centre);
    if (count % 2 === 1) return distance;
    // The next nearest value is at one of the ends of that stretch.
    const under = low > base ? centre - s[low - 1]! : Number.POSITIVE_INFINITY;
    const over = low + k < base + count ? s[low + k]! - centre : Number.POSITIVE_INFINITY;
    return (Math.min(under, over) + distance) / 2;
  }
}
