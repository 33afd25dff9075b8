import { TidegateError } from '../foundation/errors.ts';

/** Stands for "no such level" below and above all prices. */
export const NO_LEVEL_BELOW = -0x7fffffff;
export const NO_LEVEL_ABOVE = 0x7fffffff;

/**
 * Sizes by price tick of one side of a book: a window of `size` ticks in a typed array used as a ring (slot = tick mod size), with one
 * bit per occupied tick so that 32 empty prices are skipped at once; prices outside the window live in a map. Moving the window copies
 * only what enters or leaves it. Sizes are lots; zero means no level.
 */
export class LadderSide {
  readonly size: number;
  readonly #mask: number;
  readonly #lots: Float64Array;
  readonly #bits: Int32Array;
  readonly #far = new Map<number, number>();
  #low = 0;
  #count = 0;

  /** @param size ticks in the window, a power of two of at least 64 */
  constructor(size: number) {
    if (size < 64 || (size & (size - 1)) !== 0)
      throw new TidegateError('BOOK_WINDOW_INVALID', `A ladder window must be a power of two from 64 on, not ${size}`);
    this.size = size;
    this.#mask = size - 1;
    this.#lots = new Float64Array(size);
    this.#bits = new Int32Array(size >>> 5);
  }

  /** Number of levels. */
  get count(): number {
    return this.#count;
  }

  /** First tick of the window, a multiple of 32. */
  get low(): number {
    return this.#low;
  }

  get(tick: number): number {
    if (tick >= this.#low && tick < this.#low + this.size) return this.#lots[tick & this.#mask]!;
    return this.#far.get(tick) ?? 0;
  }

  /** Sets a level's size (0 removes it) and returns the size before. */
  set(tick: number, lots: number): number {
    if (tick < this.#low || tick >= this.#low + this.size) return this.#setFar(tick, lots);
    const slot = tick & this.#mask;
    const before = this.#lots[slot]!;
    this.#lots[slot] = lots;
    if (before === 0) {
      if (lots !== 0) {
        this.#bits[slot >>> 5]! |= 1 << (slot & 31);
        this.#count++;
      }
    } else if (lots === 0) {
      this.#bits[slot >>> 5]! &= ~(1 << (slot & 31));
      this.#count--;
    }
    return before;
  }

  #setFar(tick: number, lots: number): number {
    const before = this.#far.get(tick) ?? 0;
    if (lots === 0) {
      if (before !== 0) {
        this.#far.delete(tick);
        this.#count--;
      }
    } else {
      this.#far.set(tick, lots);
      if (before === 0) this.#count++;
    }
    return before;
  }

  /** The highest level below `tick`, or NO_LEVEL_BELOW. */
  nextBelow(tick: number): number {
    const high = this.#low + this.size - 1;
    if (tick - 1 > high && this.#far.size > 0) {
      const above = this.#farBelow(tick);
      if (above > high) return above;
    }
    const bits = this.#bits;
    const low = this.#low;
    let t = Math.min(tick - 1, high);
    while (t >= low) {
      const slot = t & this.#mask;
      const bit = slot & 31;
      const word = bits[slot >>> 5]! & (-1 >>> (31 - bit));
      if (word !== 0) return t - bit + 31 - Math.clz32(word);
      t -= bit + 1;
    }
    return this.#far.size > 0 ? this.#farBelow(tick) : NO_LEVEL_BELOW;
  }

  /** The lowest level above `tick`, or NO_LEVEL_ABOVE. */
  nextAbove(tick: number): number {
    const low = this.#low;
    if (tick + 1 < low && this.#far.size > 0) {
      const below = this.#farAbove(tick);
      if (below < low) return below;
    }
    const bits = this.#bits;
    const high = low + this.size - 1;
    let t = Math.max(tick + 1, low);
    while (t <= high) {
      const slot = t & this.#mask;
      const bit = slot & 31;
      const word = bits[slot >>> 5]! & (-1 << bit);
      if (word !== 0) return t - bit + 31 - Math.clz32(word & -word);
      t += 32 - bit;
    }
    return this.#far.size > 0 ? this.#farAbove(tick) : NO_LEVEL_ABOVE;
  }

  #farBelow(tick: number): number {
    let best = NO_LEVEL_BELOW;
    for (const key of this.#far.keys()) if (key < tick && key > best) best = key;
    return best;
  }

  #farAbove(tick: number): number {
    let best = NO_LEVEL_ABOVE;
    for (const key of this.#far.keys()) if (key > tick && key < best) best = key;
    return best;
  }

  /** Moves the window so that `tick` is near its middle; levels that leave go to the map, levels that enter come from it. */
  centre(tick: number): void {
    const low = (tick - (this.size >>> 1)) & ~31;
    const old = this.#low;
    if (low === old) return;
    this.#evict(old, low);
    this.#low = low;
    if (this.#far.size === 0) return;
    for (const [key, lots] of this.#far) {
      if (key < low || key >= low + this.size) continue;
      this.#far.delete(key);
      this.#lots[key & this.#mask] = lots;
      this.#bits[(key & this.#mask) >>> 5]! |= 1 << (key & 31);
    }
  }

  /** Puts the levels of the old window that the new one lacks into the map, word by word. */
  #evict(old: number, low: number): void {
    for (let start = old; start < old + this.size; start += 32) {
      if (start >= low && start < low + this.size) continue;
      const word = (start & this.#mask) >>> 5;
      if (this.#bits[word] === 0) continue;
      for (let tick = start; tick < start + 32; tick++) {
        const slot = tick & this.#mask;
        const lots = this.#lots[slot]!;
        if (lots !== 0) this.#far.set(tick, lots);
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
  }
}
