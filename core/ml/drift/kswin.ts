import { seeded } from '../../foundation/rng.ts';
import { checkFinite, checkOption, type DriftDetector } from './adwin.ts';

export interface KswinOptions {
  /** Level of the test (default 0.005). */
  readonly alpha?: number;
  /** Rows kept (default 200), of which the last `recent` (default 50) are held against as many drawn from the others. */
  readonly window?: number;
  readonly recent?: number;
  readonly seed?: number | string;
}

/**
 * KSWIN (Raab, Heusinger and Schleif 2020): a Kolmogorov-Smirnov test of the newest rows against a seeded sample of older ones, so that any
 * change of distribution counts, not only of the mean. After an alarm only the newest rows are kept.
 */
export class Kswin implements DriftDetector {
  readonly #alpha: number;
  readonly #window: number;
  readonly #recent: number;
  readonly #rng;
  #rows: number[] = [];

  constructor({ alpha = 0.005, window = 200, recent = 50, seed = 0 }: KswinOptions = {}) {
    checkOption('alpha', alpha, alpha > 0 && alpha < 1, 'a number between 0 and 1');
    checkOption('recent', recent, Number.isInteger(recent) && recent >= 5, 'a whole number from 5');
    checkOption(
      'window',
      window,
      Number.isInteger(window) && window >= 2 * recent,
      `a whole number from ${2 * recent}`,
    );
    this.#alpha = alpha;
    this.#window = window;
    this.#recent = recent;
    this.#rng = seeded(seed);
  }

  step(x: number): boolean {
    checkFinite(x);
    this.#rows.push(x);
    if (this.#rows.length > this.#window) this.#rows.shift();
    if (this.#rows.length < this.#window) return false;
    const older = this.#rows.slice(0, this.#window - this.#recent);
    for (let i = 0; i < this.#recent; i++) {
      const j = i + this.#rng.int(older.length - i);
      [older[i], older[j]] = [older[j]!, older[i]!];
    }
    const newest = this.#rows.slice(-this.#recent);
    const { distance, pValue } = kolmogorovSmirnov(newest, older.slice(0, this.#recent));
    if (!(pValue <= this.#alpha && distance > 0.1)) return false;
    this.#rows = newest;
    return true;
  }
}

/** Two-sample Kolmogorov-Smirnov test: largest gap of the distributions, and its asymptotic p-value with Stephens' correction. */
export function kolmogorovSmirnov(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): { readonly distance: number; readonly pValue: number } {
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let i = 0;
  let j = 0;
  let distance = 0;
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! <= value) i++;
    while (j < y.length && y[j]! <= value) j++;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const root = Math.sqrt((x.length * y.length) / (x.length + y.length));
  const t = (root + 0.12 + 0.11 / root) * distance;
  if (t < 0.2) return { distance, pValue: 1 };
  let p = 0;
  for (let k = 1; k <= 100; k++) p += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * t * t);
  return { distance, pValue: Math.min(1, Math.max(0, p)) };
}
