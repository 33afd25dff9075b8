import { normalCdf, normalDensity } from '../../foundation/normal.ts';
import {
  backSolve,
  cholesky,
  correlation,
  forwardSolve,
  type GpData,
  type GpTheta,
  matern52,
  squaredGap,
} from './gp-model.ts';

/** Predictions of a fitted Gaussian process, in standardised units. */
export interface GpPosterior {
  readonly mean: (point: Float64Array) => number;
  /** Logarithm of the expected improvement on `best` (less is better). */
  readonly logImprovement: (point: Float64Array, best: number) => number;
}

/** Conditions the process on the data. Noise grows until the matrix can be factored. */
export function gpPosterior(data: GpData, theta: GpTheta): GpPosterior {
  const { x, y, dims, isCategorical } = data;
  const n = y.length;
  const l = correlation(data, theta);
  for (let extra = 1e-8; !cholesky(l, n); extra *= 100) {
    l.set(correlation(data, theta));
    for (let i = 0; i < n; i++) l[i * n + i]! += extra;
  }
  const alpha = y.slice();
  forwardSolve(l, n, alpha);
  let signal = 0;
  for (let i = 0; i < n; i++) signal += (alpha[i]! * alpha[i]!) / n;
  backSolve(l, n, alpha);
  const scale = theta.map((t) => Math.exp(-2 * t));
  const k = new Float64Array(n);
  const meanAt = (point: Float64Array) => {
    let mean = 0;
    for (let i = 0; i < n; i++) {
      let r2 = 0;
      for (let d = 0; d < dims; d++) r2 += scale[d]! * squaredGap(point[d]!, x[i * dims + d]!, isCategorical[d]!);
      k[i] = matern52(Math.sqrt(r2));
      mean += k[i]! * alpha[i]!;
    }
    return mean;
  };
  return {
    mean: meanAt,
    logImprovement(point, best) {
      const mean = meanAt(point);
      forwardSolve(l, n, k);
      let explained = 0;
      for (let i = 0; i < n; i++) explained += k[i]! * k[i]!;
      const deviation = Math.sqrt(Math.max(signal * (1 - explained), 1e-18));
      const z = (best - mean) / deviation;
      return Math.log(deviation) + logExpectedPositive(z);
    },
  };
}

/** log E max(0, z + N) for a standard normal N; far below zero its asymptote keeps the logarithm finite. */
function logExpectedPositive(z: number): number {
  if (z > -5) return Math.log(normalDensity(z) + z * normalCdf(z));
  return -0.5 * z * z - 0.918938533204673 - 2 * Math.log(-z) + Math.log1p(-3 / (z * z) + 15 / z ** 4);
}
