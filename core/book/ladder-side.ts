/** Stands for "no such level" below and above all prices. */
export const NO_LEVEL_BELOW = -0x7fffffff;
export const NO_LEVEL_ABOVE = 0x7fffffff;

/**
 * Sizes by price tick of one side of a book: a window of `size` ticks in a typed array used as a ring (slot = key mod size), with one
 * bit per occupied tick so that 32 empty prices are skipped at once; prices outside the window live in a map. Moving the window copies
 * only what enters or leaves it. Sizes are lots; zero means no level. Inside, a level goes by its key, the tick times the side's sign: the greater the
 * better on both sides, so that both are the same code.
 */
export class LadderSide {
  readonly size: number;
  /** 1 bids, -1 asks. */
  readonly sign: 1 | -1;
  /** Key of the best level, NO_LEVEL_BELOW without one. Kept by the ladder: levels that the other side passed over stay stored. */
  bestKey = NO_LEVEL_BELOW;
  readonly #mask: number;
  readonly #lots: Float64Array;
  readonly #bits: Int32Array;
  readonly #far = new Map<number, number>();
  #low = 0;
  #count = 0;

  /** @param size ticks in the window, a power of two of at least 64 */
  constructor(size: number, sign: 1 | -1) {
    if (size < 64 || (size & (size - 1)) !== 0)
      throw new RangeError(`a ladder window must be a power of two from 64 on, not ${size}`);
    this.size = size;
    this.sign = sign;
    this.#mask = size - 1;
    this.#lots = new Float64Array(size);
    this.#bits = new Int32Array(size >>> 5);
  }

  /** Number of levels. */
  get count(): number {
    return this.#count;
  }

  /** First key of the window, a multiple of 32. */
  get low(): number {
    return this.#low;
  }

  /** Lots at a tick. */
  get(tick: number): number {
    const key = this.sign * tick;
    if (key >= this.#low && key < this.#low + this.size) return this.#lots[key & this.#mask]!;
    return this.#far.get(key) ?? 0;
  }

  /** The tick of the next level that is worse than `tick`; NO_LEVEL_BELOW (of asks: NO_LEVEL_ABOVE) after the last. */
  next(tick: number): number {
    return this.sign * this.nextKey(this.sign * tick);
  }

  /** Sets a level's size (0 removes it) and returns the size before. */
  setKey(key: number, lots: number): number {
    if (key < this.#low || key >= this.#low + this.size) return this.#setFar(key, lots);
    const slot = key & this.#mask;
    const before = this.#lots[slot]!;
    this.#lots[slot] = lots;
    if (before === 0 ? lots !== 0 : lots === 0) {
      this.#bits[slot >>> 5]! ^= 1 << (slot & 31);
      this.#count += lots === 0 ? -1 : 1;
    }
    return before;
  }

  #setFar(key: number, lots: number): number {
    const before = this.#far.get(key) ?? 0;
    if (lots === 0) {
      if (before !== 0) {
        this.#far.delete(key);
        this.#count--;
      }
    } else {
      this.#far.set(key, lots);
      if (before === 0) this.#count++;
    }
    return before;
  }

  /** The highest key of a level below `key`, or NO_LEVEL_BELOW. */
  nextKey(key: number): number {
    const high = this.#low + this.size - 1;
    if (key - 1 > high && this.#far.size > 0) {
      const above = this.#farBelow(key);
      if (above > high) return above;
    }
    const bits = this.#bits;
    const low = this.#low;
    let k = Math.min(key - 1, high);
    while (k >= low) {
      const slot = k & this.#mask;
      const bit = slot & 31;
      const word = bits[slot >>> 5]! & (-1 >>> (31 - bit));
      if (word !== 0) return k - bit + 31 - Math.clz32(word);
      k -= bit + 1;
    }
    return this.#far.size > 0 ? this.#farBelow(key) : NO_LEVEL_BELOW;
  }

  #farBelow(key: number): number {
    let best = NO_LEVEL_BELOW;
    for (const far of this.#far.keys()) if (far < key && far > best) best = far;
    return best;
  }

  /** Moves the window so that `key` is near its middle; levels that leave go to the map, levels that enter come from it. */
  centre(key: number): void {
    const low = (key - (this.size >>> 1)) & ~31;
    const old = this.#low;
    if (low === old) return;
    this.#evict(old, low);
    this.#low = low;
    if (this.#far.size === 0) return;
    for (const [far, lots] of this.#far) {
      if (far < low || far >= low + this.size) continue;
      this.#far.delete(far);
      this.#lots[far & this.#mask] = lots;
      this.#bits[(far & this.#mask) >>> 5]! |= 1 << (far & 31);
    }
  }

  /** Puts the levels of the old window that the new one lacks into the map, word by word. */
  #evict(old: number, low: number): void {
    for (let start = old; start < old + this.size; start += 32) {
      if (start >= low && start < low + this.size) continue;
      const word = (start & this.#mask) >>> 5;
      if (this.#bits[word] === 0) continue;
      for (let key = start; key < start + 32; key++) {
        const slot = key & this.#mask;
        const lots = this.#lots[slot]!;
        if (lots !== 0) this.#far.set(key, lots);
        this.#lots[slot] = 0;
      }
      this.#bits[word] = 0;
    }
  }

  clear(): void {
    this.#lots.fill(0);
    this.#bits.fill(0);
    this.#far.clear();
    this.#count = 0;
    this.bestKey = NO_LEVEL_BELOW;
  }
}
