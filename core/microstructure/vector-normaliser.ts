import { LOST_SQUARES } from './rolling-moments.ts';
import { requireCount, type Savable, StateReader } from './state.ts';
import type { NormaliserOptions } from './welford.ts';

/**
 * `SlidingNormaliser` for a whole vector at once: the same sliding Welford update and floor for each place, in flat arrays, several times
 * faster than one object per place. Values must be finite. Means and squares are made anew once per turn of the
 * window and when an outlier leaves it.
 */
export class VectorNormaliser implements Savable {
  readonly size: number;
  readonly window: number;
  readonly #minStd: number;
  readonly #kept: Float64Array;
  readonly #mean: Float64Array;
  readonly #m2: Float64Array;
  #count = 0;
  #slot = 0;

  constructor(size: number, options: NormaliserOptions = {}) {
    this.size = requireCount('size', size);
    this.window = requireCount('window', options.window ?? 100, 2);
    this.#minStd = options.minStd ?? 1e-8;
    this.#kept = new Float64Array(this.size * this.window);
    this.#mean = new Float64Array(this.size);
    this.#m2 = new Float64Array(this.size);
  }

  get isReady(): boolean {
    return this.#count === this.window;
  }

  /** Adds a vector and writes its z-scores to `out`. */
  update(values: Float64Array, out: Float64Array): void {
    const { size, window } = this;
    const kept = this.#kept;
    const mean = this.#mean;
    const m2 = this.#m2;
    const minStd = this.#minStd;
    const wasFull = this.#count === window;
    if (!wasFull) this.#count++;
    const n = this.#count;
    const share = 1 / n;
    const degrees = n > 1 ? 1 / (n - 1) : 0;
    const start = this.#slot * size;
    let isLost = false;
    for (let i = 0; i < size; i++) {
      const value = values[i]!;
      const oldMean = mean[i]!;
      let newMean: number;
      let squares: number;
      if (wasFull) {
        const old = kept[start + i]!;
        newMean = oldMean + (value - old) * share;
        squares = m2[i]! + (value - old) * (value - newMean + (old - oldMean));
      } else {
        newMean = oldMean + (value - oldMean) * share;
        squares = m2[i]! + (value - oldMean) * (value - newMean);
      }
      kept[start + i] = value;
      if (squares < 0) squares = 0;
      if (squares < LOST_SQUARES * m2[i]!) isLost = true;
      mean[i] = newMean;
      m2[i] = squares;
      const std = Math.sqrt(squares * degrees);
      out[i] = (value - newMean) / Math.max(std, minStd);
    }
    this.#slot = this.#slot + 1 === window ? 0 : this.#slot + 1;
    if (this.#slot === 0 || isLost) this.#rebase();
    // What the sums said while an outlier left was rounding.
    if (isLost)
      for (let i = 0; i < size; i++) out[i] = (values[i]! - mean[i]!) / Math.max(Math.sqrt(m2[i]! * degrees), minStd);
  }

  #rebase(): void {
    const { size, window } = this;
    const kept = this.#kept;
    const mean = this.#mean;
    const m2 = this.#m2;
    mean.fill(0);
    m2.fill(0);
    for (let at = 0; at < kept.length; ) for (let i = 0; i < size; i++) mean[i]! += kept[at++]!;
    for (let i = 0; i < size; i++) mean[i]! /= window;
    // What rounding the sums left in the means, gathered where the squares will be, so that the mean of equal values is that value.
    for (let at = 0; at < kept.length; ) for (let i = 0; i < size; i++) m2[i]! += kept[at++]! - mean[i]!;
    for (let i = 0; i < size; i++) mean[i]! += m2[i]! / window;
    m2.fill(0);
    for (let at = 0; at < kept.length; ) for (let i = 0; i < size; i++) m2[i]! += (kept[at++]! - mean[i]!) ** 2;
  }

  save(): number[] {
    return [this.size, this.window, this.#count, this.#slot, ...this.#mean, ...this.#m2, ...this.#kept];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    reader.expect('size', this.size);
    reader.expect('window', this.window);
    this.#count = reader.next();
    this.#slot = reader.next();
    reader.fill(this.#mean);
    reader.fill(this.#m2);
    reader.fill(this.#kept);
  }
}
