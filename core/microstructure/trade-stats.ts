import { Ring } from './ring.ts';
import { requireCount, requirePositive, type Savable, StateReader } from './state.ts';

/**
 * Sizes and arrivals of the last `window` trades: mean, deviation, a share of large ones, trades per second and the dispersion of waiting
 * times (1 for a Poisson stream, above it when trades come in clusters). NaN below two trades. O(1) per trade; `largeSize` on reading.
 */
export class TradeStats implements Savable {
  readonly #sizes: Ring;
  readonly #gaps: Ring;
  readonly #largeFactor: number;
  #sizeSum = 0;
  #squareSum = 0;
  #gapSum = 0;
  #gapSquares = 0;
  #lastTime = Number.NaN;

  constructor(options: { readonly window?: number; readonly largeFactor?: number } = {}) {
    const window = requireCount('window', options.window ?? 500, 2);
    this.#sizes = new Ring(window);
    this.#gaps = new Ring(window);
    this.#largeFactor = requirePositive('largeFactor', options.largeFactor ?? 5);
  }

  /** `time` in ms, not going back (an earlier one counts as a gap of 0); `size` in base units. */
  add(time: number, size: number): void {
    if (!(size > 0)) return;
    const dropped = this.#sizes.push(size);
    this.#sizeSum += size;
    this.#squareSum += size * size;
    if (!Number.isNaN(dropped)) {
      this.#sizeSum -= dropped;
      this.#squareSum -= dropped * dropped;
    }
    if (!Number.isNaN(this.#lastTime)) {
      const gap = Math.max(0, time - this.#lastTime);
      const old = this.#gaps.push(gap);
      this.#gapSum += gap;
      this.#gapSquares += gap * gap;
      if (!Number.isNaN(old)) {
        this.#gapSum -= old;
        this.#gapSquares -= old * old;
      }
    }
    this.#lastTime = Math.max(time, Number.isNaN(this.#lastTime) ? time : this.#lastTime);
  }

  get count(): number {
    return this.#sizes.length;
  }

  /** Base units; NaN before the first trade. */
  get meanSize(): number {
    return this.#sizeSum / this.#sizes.length;
  }

  get sizeDeviation(): number {
    const n = this.#sizes.length;
    if (n < 2) return Number.NaN;
    return Math.sqrt(Math.max(0, (this.#squareSum - this.#sizeSum ** 2 / n) / (n - 1)));
  }

  /** Share of traded volume in trades of more than `largeFactor` mean sizes. One pass over the window. */
  get largeShare(): number {
    const least = this.#largeFactor * this.meanSize;
    let large = 0;
    for (let i = 0; i < this.#sizes.length; i++) if (this.#sizes.at(i) > least) large += this.#sizes.at(i);
    return large / this.#sizeSum;
  }

  /** Trades per second over the window; NaN before the second trade, Infinity when all came at once. */
  get perSecond(): number {
    return this.#gaps.length === 0 ? Number.NaN : (1000 * this.#gaps.length) / this.#gapSum;
  }

  /** Variance of waiting times over their squared mean. */
  get clustering(): number {
    const n = this.#gaps.length;
    if (n < 2 || this.#gapSum === 0) return Number.NaN;
    const mean = this.#gapSum / n;
    return Math.max(0, this.#gapSquares / n - mean * mean) / (mean * mean);
  }

  save(): number[] {
    const numbers = [this.#sizeSum, this.#squareSum, this.#gapSum, this.#gapSquares, this.#lastTime];
    return [...numbers, ...this.#sizes.save(), ...this.#gaps.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#sizeSum = reader.next();
    this.#squareSum = reader.next();
    this.#gapSum = reader.next();
    this.#gapSquares = reader.next();
    this.#lastTime = reader.next();
    this.#sizes.load(reader);
    this.#gaps.load(reader);
  }
}
