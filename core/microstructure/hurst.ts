import { Ring } from './ring.ts';
import { requireCount, type Savable, StateReader } from './state.ts';

/** Which signals a Hurst exponent lets through; `none` in the dead zone, where markets walk at random. */
export type HurstRegime = 'meanReverting' | 'trending' | 'reduced' | 'none';

/**
 * Mean rescaled range of the chunks of `size` values: the range of cumulative deviations from the chunk's mean over its population
 * deviation. Chunks follow each other from the start, the rest is dropped, chunks without deviation are skipped; 0 when none is left.
 */
export function rescaledRange(values: ArrayLike<number>, length: number, size: number): number {
  let sum = 0;
  let used = 0;
  for (let start = 0; start + size <= length; start += size) {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += values[start + i]!;
    mean /= size;
    let path = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const deviation = values[start + i]! - mean;
      path += deviation;
      squares += deviation * deviation;
      if (path < low) low = path;
      if (path > high) high = path;
    }
    const std = Math.sqrt(squares / size);
    if (std < 1e-12) continue;
    sum += (high - low) / std;
    used++;
  }
  return used === 0 ? 0 : sum / used;
}

/** The sizes n/8, n/4, n/2 and n, rounded down, those of at least four values. */
export function hurstSizes(length: number): number[] {
  return [8, 4, 2, 1].map((part) => Math.floor(length / part)).filter((size) => size >= 4);
}

/**
 * Hurst exponent by rescaled range (Hurst 1951; Mandelbrot and Wallis 1969) at four scales: the slope of ln(R/S) on ln(size).
 * 0..1; 0.5 when fewer than two scales can be measured. Above 0.5 returns trend, below they revert. Noisy under 50 returns.
 */
export function hurst(returns: ArrayLike<number>, length: number = returns.length): number {
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXy = 0;
  let sumXx = 0;
  for (let part = 8; part >= 1; part /= 2) {
    const size = Math.floor(length / part);
    if (size < 4) continue;
    const range = rescaledRange(returns, length, size);
    if (range <= 1e-12) continue;
    const x = Math.log(size);
    const y = Math.log(range);
    n++;
    sumX += x;
    sumY += y;
    sumXy += x * y;
    sumXx += x * x;
  }
  const denominator = n * sumXx - sumX * sumX;
  if (n < 2 || Math.abs(denominator) < 1e-12) return 0.5;
  return Math.min(1, Math.max(0, (n * sumXy - sumX * sumY) / denominator));
}

/**
 * Below 0.4 mean reversion, above 0.6 momentum, 0.45 to 0.55 nothing at all, between those reduced size; NaN lets nothing through.
 */
export function hurstRegime(h: number): HurstRegime {
  if (h < 0.4) return 'meanReverting';
  if (h > 0.6) return 'trending';
  return h < 0.45 || h > 0.55 ? 'reduced' : 'none';
}

/**
 * Hurst exponent of the last `window` returns. It is computed when read, not when a value is added: sample returns on a clock (the
 * exponent means nothing tick by tick) and read it as often as it is needed. NaN below `minSamples`.
 */
export class RollingHurst implements Savable {
  readonly #ring: Ring;
  readonly #scratch: Float64Array;
  readonly #minSamples: number;
  #value = Number.NaN;
  #isFresh = true;

  constructor(options: { readonly window?: number; readonly minSamples?: number } = {}) {
    const window = requireCount('window', options.window ?? 256, 8);
    this.#ring = new Ring(window);
    this.#scratch = new Float64Array(window);
    this.#minSamples = requireCount('minSamples', options.minSamples ?? 50, 8);
  }

  /** Adds a return; one that is not finite is ignored. */
  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#ring.push(value);
    this.#isFresh = false;
  }

  get value(): number {
    if (!this.#isFresh) {
      const n = this.#ring.copyTo(this.#scratch);
      this.#value = n < this.#minSamples ? Number.NaN : hurst(this.#scratch, n);
      this.#isFresh = true;
    }
    return this.#value;
  }

  get regime(): HurstRegime {
    return hurstRegime(this.value);
  }

  save(): number[] {
    return this.#ring.save();
  }

  load(state: ArrayLike<number> | StateReader): void {
    this.#ring.load(StateReader.of(state));
    this.#isFresh = false;
  }
}
