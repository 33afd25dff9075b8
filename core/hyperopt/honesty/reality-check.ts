import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import { automaticBlock, stationaryIndices } from './stationary-bootstrap.ts';

export interface RealityCheckOptions {
  readonly resamples?: number;
  /** Mean block length; chosen from the best variant's returns where not given. */
  readonly meanBlock?: number;
  readonly seed?: string | number;
}

/** Odds that the best variant is no better than the benchmark, once it is known how many were tried. */
export interface RealityCheck {
  /** White (2000): p-value of the best mean, unstudentised. */
  readonly whiteP: number;
  /** Hansen (2005), superior predictive ability: lower, consistent (the one to use) and upper p-value. */
  readonly spa: { readonly lower: number; readonly consistent: number; readonly upper: number };
  /** Index of the variant with the highest mean. */
  readonly best: number;
  readonly meanBlock: number;
}

/**
 * White's reality check and Hansen's test of superior predictive ability over all variants that were tried, by stationary bootstrap.
 * @param excess per variant its returns minus the benchmark's, one per period; all equally long
 * @returns p-values: small = better than luck over this many tries would be
 * @throws TidegateError HPO_RETURNS where there is no variant, or lengths differ or are below 10
 */
export function realityCheck(excess: readonly ArrayLike<number>[], options: RealityCheckOptions = {}): RealityCheck {
  const m = excess.length;
  const n = excess[0]?.length ?? 0;
  if (m === 0 || n < 10 || excess.some((r) => r.length !== n))
    throw new TidegateError(
      'HPO_RETURNS',
      `the reality check got ${m} variants of ${[...new Set(excess.map((r) => r.length))].join(', ')} returns`,
      {
        remedy: 'Give at least one variant, all with the same number of returns, at least 10.',
      },
    );
  const means = Float64Array.from(excess, meanOf);
  const best = means.indexOf(Math.max(...means));
  const { resamples = 1000, meanBlock = automaticBlock(excess[best]!), seed = 0 } = options;
  const deviations = Float64Array.from(excess, (r, k) => longRunDeviation(r, means[k]!, meanBlock));
  const root = Math.sqrt(n);
  // A variant without any spread has nothing to studentise by; it can only tie.
  const studentised = (mean: number, k: number) => (deviations[k]! > 0 ? (root * mean) / deviations[k]! : 0);
  const white = root * means[best]!;
  const spaStatistic = Math.max(0, ...means.map(studentised));
  const cut = Math.sqrt(2 * Math.log(Math.log(n)));
  const centres = {
    lower: means.map((mean) => Math.max(mean, 0)),
    consistent: means.map((mean, k) => (root * mean >= -deviations[k]! * cut ? mean : 0)),
    upper: means,
  };
  const beaten = { white: 0, lower: 0, consistent: 0, upper: 0 };
  const rng = seeded(seed).fork('reality-check');
  const index = new Int32Array(n);
  for (let b = 0; b < resamples; b++) {
    stationaryIndices(n, meanBlock, rng, index);
    let top = Number.NEGATIVE_INFINITY;
    const tops = { lower: 0, consistent: 0, upper: 0 };
    for (let k = 0; k < m; k++) {
      const returns = excess[k]!;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += returns[index[i]!]!;
      const mean = sum / n;
      top = Math.max(top, root * (mean - means[k]!));
      for (const kind of ['lower', 'consistent', 'upper'] as const)
        tops[kind] = Math.max(tops[kind], studentised(mean - centres[kind][k]!, k));
    }
    if (top >= white) beaten.white++;
    for (const kind of ['lower', 'consistent', 'upper'] as const) if (tops[kind] >= spaStatistic) beaten[kind]++;
  }
  // One is added to both sides: the data itself is one of the resamples (Davison and Hinkley 1997).
  const p = (count: number) => (count + 1) / (resamples + 1);
  return {
    whiteP: p(beaten.white),
    spa: { lower: p(beaten.lower), consistent: p(beaten.consistent), upper: p(beaten.upper) },
    best,
    meanBlock,
  };
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Square root of the long-run variance with the stationary bootstrap's own kernel (Hansen 2005, equation 5). */
function longRunDeviation(values: ArrayLike<number>, mean: number, meanBlock: number): number {
  const n = values.length;
  const q = 1 / Math.max(1, meanBlock);
  let variance = 0;
  for (let lag = 0; lag < n; lag++) {
    const weight = lag === 0 ? 1 : 2 * (((n - lag) / n) * (1 - q) ** lag + (lag / n) * (1 - q) ** (n - lag));
    // Weights beyond this add less than rounding.
    if (lag > 0 && weight < 1e-10 && lag < n / 2) continue;
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (values[i]! - mean) * (values[i - lag]! - mean);
    variance += (weight * sum) / n;
  }
  return Math.sqrt(Math.max(0, variance));
}
