import { RollingMoments } from './rolling-moments.ts';
import { requireCount, type Savable, StateReader } from './state.ts';

/** Options of a sliding normaliser. */
export interface NormaliserOptions {
  /** Values kept; 100 suits book features, 500 to 1000 slow ones such as Hurst or funding. */
  readonly window?: number;
  /** Floor of the deviation: the smallest one that means anything for this feature. */
  readonly minStd?: number;
}

/**
 * Rolling z-score: (value - mean) / max(std, minStd), mean and sample deviation of the last `window` values, the new one included.
 * The first value gives 0. State can be saved, so that a restart does not need `window` updates to be trustworthy again.
 */
export class SlidingNormaliser implements Savable {
  readonly window: number;
  readonly #moments: RollingMoments;
  readonly #minStd: number;
  #z = Number.NaN;

  constructor(options: NormaliserOptions = {}) {
    this.window = requireCount('window', options.window ?? 100, 2);
    this.#minStd = options.minStd ?? 1e-8;
    this.#moments = new RollingMoments(this.window);
  }

  /** The latest z-score; NaN before the first value. */
  get z(): number {
    return this.#z;
  }

  get mean(): number {
    return this.#moments.mean;
  }

  /** Sample deviation without the floor; 0 for the first value. */
  get std(): number {
    return this.#moments.deviation(1);
  }

  /** True once the window is full: until then z-scores are noisy and signals should wait. */
  get isReady(): boolean {
    return this.#moments.isFull;
  }

  /** Adds a value and returns its z-score; a value that is not finite is left out and gives NaN. */
  update(value: number): number {
    if (!Number.isFinite(value)) return Number.NaN;
    this.#moments.push(value);
    const std = this.#moments.deviation(1);
    this.#z = (value - this.#moments.mean) / Math.max(std, this.#minStd);
    return this.#z;
  }

  save(): number[] {
    return [this.#z, ...this.#moments.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#z = reader.next();
    this.#moments.load(reader);
  }
}
