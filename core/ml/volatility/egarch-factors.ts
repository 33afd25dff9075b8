import { normalCdf } from '../../foundation/normal.ts';
import { seeded } from '../../foundation/rng.ts';
import { errorDistribution } from './error-distribution.ts';
import type { ErrorKind } from './garch-spec.ts';
import { MEAN_ABSOLUTE, type VarianceParameters } from './recursions.ts';

/** What chance multiplies the variance of each bar ahead by: its mean, and two percentiles where they are asked for. */
export interface EgarchFactors {
  readonly mean: Float64Array;
  readonly low?: Float64Array;
  readonly high?: Float64Array;
}

export interface FactorOptions {
  readonly horizon: number;
  readonly paths: number;
  readonly seed: number | string;
  /** Central share between the percentiles. */
  readonly interval?: number;
}

/**
 * ln s²[h] of EGARCH is β^h ln s²[0], a constant, and a sum of errors that knows nothing of the state: so the paths are drawn once for a fit, and each
 * forecast is a product. With normal errors the mean has a closed form: the product of E exp(β^i (α|z| + γz)) over the bars.
 */
export function egarchFactors(
  p: VarianceParameters,
  errors: ErrorKind,
  shape: Float64Array,
  { horizon, paths, seed, interval }: FactorOptions,
): EgarchFactors {
  if (errors === 'normal' && interval === undefined) return { mean: normalMeans(p, horizon) };
  const [, alpha, gamma, beta] = p as unknown as [number, number, number, number];
  const rng = seeded(seed);
  const { draw } = errorDistribution(errors);
  const factors = Array.from({ length: horizon }, () => new Float64Array(paths).fill(1));
  for (let k = 0; k < paths; k++) {
    let sum = 0;
    for (let h = 1; h < horizon; h++) {
      const z = draw(rng, shape);
      sum = beta * sum + alpha * (Math.abs(z) - MEAN_ABSOLUTE) + gamma * z;
      factors[h]![k] = Math.exp(sum);
    }
  }
  const mean = Float64Array.from(factors, (values) => values.reduce((a, b) => a + b, 0) / paths);
  if (interval === undefined) return { mean };
  const sorted = factors.map((values) => values.sort());
  const at = (share: number) => Float64Array.from(sorted, (values) => percentileOf(values, share));
  return {
    mean: errors === 'normal' ? normalMeans(p, horizon) : mean,
    low: at((1 - interval) / 2),
    high: at((1 + interval) / 2),
  };
}

/** The value that a share of sorted ones lies below. */
export function percentileOf(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function normalMeans(p: VarianceParameters, horizon: number): Float64Array {
  const [, alpha, gamma, beta] = p as unknown as [number, number, number, number];
  const mean = new Float64Array(horizon).fill(1);
  const half = (x: number) => Math.exp(0.5 * x * x) * normalCdf(x);
  for (let h = 1, share = 1; h < horizon; h++, share *= beta)
    mean[h] =
      mean[h - 1]! *
      Math.exp(-share * alpha * MEAN_ABSOLUTE) *
      (half(share * (gamma + alpha)) + half(share * (alpha - gamma)));
  return mean;
}
