import { Ring } from './ring.ts';
import { type Savable, StateReader } from './state.ts';

/** A sum of squares that shrinks below this share of itself in one step is mostly rounding: it is made anew from the kept values. */
export const LOST_SQUARES = 1e-6;

/**
 * Mean and variance of the last `window` values by Welford's update (Technometrics 4(3), 1962) in its sliding form.
 * Once per turn of the window, and when a value that outweighed all others leaves, both are computed anew from the kept values, so that
 * rounding neither builds up nor stays; O(1) amortised.
 * NaN is never to be pushed: callers decide what a missing value means.
 */
export class RollingMoments implements Savable {
  readonly #ring: Ring;
  #mean = 0;
  #m2 = 0;
  #untilRebase: number;

  constructor(window: number) {
    this.#ring = new Ring(window);
    this.#untilRebase = window;
  }

  get count(): number {
    return this.#ring.length;
  }

  get isFull(): boolean {
    return this.#ring.isFull;
  }

  /** Mean of the kept values; NaN when there are none. */
  get mean(): number {
    return this.count === 0 ? Number.NaN : this.#mean;
  }

  /** Variance with `ddof` subtracted from the count; 0 while that leaves nothing to divide by. */
  variance(ddof: 0 | 1 = 1): number {
    const divisor = this.count - ddof;
    return divisor > 0 ? this.#m2 / divisor : 0;
  }

  deviation(ddof: 0 | 1 = 1): number {
    return Math.sqrt(this.variance(ddof));
  }

  push(value: number): void {
    const ring = this.#ring;
    const wasFull = ring.isFull;
    const old = ring.push(value);
    const oldMean = this.#mean;
    const squares = this.#m2;
    if (wasFull) {
      this.#mean += (value - old) / ring.capacity;
      this.#m2 += (value - old) * (value - this.#mean + (old - oldMean));
    } else {
      const delta = value - oldMean;
      this.#mean += delta / ring.length;
      this.#m2 += delta * (value - this.#mean);
    }
    // Rounding can leave a tiny negative sum of squares, whose root would be NaN.
    if (this.#m2 < 0) this.#m2 = 0;
    if (--this.#untilRebase === 0 || this.#m2 < LOST_SQUARES * squares) this.#rebase();
  }

  #rebase(): void {
    const ring = this.#ring;
    const n = ring.length;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += ring.at(i);
    let mean = sum / n;
    // What rounding the sum left in it, so that the mean of equal values is that value: z-scores of a constant were as far off as a deviation.
    let rest = 0;
    for (let i = 0; i < n; i++) rest += ring.at(i) - mean;
    mean += rest / n;
    let m2 = 0;
    for (let i = 0; i < n; i++) m2 += (ring.at(i) - mean) ** 2;
    this.#mean = mean;
    this.#m2 = m2;
    this.#untilRebase = ring.capacity;
  }

  save(): number[] {
    return [this.#mean, this.#m2, this.#untilRebase, ...this.#ring.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#mean = reader.next();
    this.#m2 = reader.next();
    this.#untilRebase = reader.next();
    this.#ring.load(reader);
  }
}
