import { inverseOf, sandwich } from '../optimise/symmetric.ts';
import type { GarchLikelihood } from './garch-likelihood.ts';

/** Standard errors of each parameter, two ways; NaN where the Hessian is not negative definite (a parameter on its bound). */
export interface GarchErrors {
  /** From H^-1 (sum of s s') H^-1, valid whatever the true error distribution (Bollerslev and Wooldridge 1992). */
  readonly robust: Float64Array;
  readonly hessian: Float64Array;
}

/** Standard errors at `theta`: the Hessian by central differences of the exact gradient, row scores by central differences. */
export function garchCovariance(likelihood: GarchLikelihood, theta: Float64Array): GarchErrors {
  const k = theta.length;
  const n = likelihood.design.y.length;
  const at = theta.slice();
  const up = new Float64Array(k);
  const down = new Float64Array(k);
  const information = new Float64Array(k * k);
  const scores = Array.from({ length: k }, () => new Float64Array(n));
  const rows = new Float64Array(n);
  for (let j = 0; j < k; j++) {
    const h = 1e-5 * Math.max(Math.abs(theta[j]!), 1e-4);
    at[j] = theta[j]! + h;
    likelihood.valueAndGradient(at, up);
    likelihood.byRow(at, scores[j]!);
    at[j] = theta[j]! - h;
    likelihood.valueAndGradient(at, down);
    likelihood.byRow(at, rows);
    at[j] = theta[j]!;
    for (let i = 0; i < k; i++) information[i * k + j] = -(up[i]! - down[i]!) / (2 * h);
    for (let t = 0; t < n; t++) scores[j]![t] = (scores[j]![t]! - rows[t]!) / (2 * h);
  }
  for (let i = 0; i < k; i++)
    for (let j = 0; j < i; j++) {
      const mean = 0.5 * (information[i * k + j]! + information[j * k + i]!);
      information[i * k + j] = mean;
      information[j * k + i] = mean;
    }
  const inverse = scaledInverse(information, k);
  const blank = new Float64Array(k).fill(Number.NaN);
  if (!inverse) return { robust: blank, hessian: blank };
  const outer = new Float64Array(k * k);
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let t = 0; t < n; t++) sum += scores[i]![t]! * scores[j]![t]!;
      outer[i * k + j] = sum;
    }
  const root = (matrix: Float64Array) => Float64Array.from({ length: k }, (_, i) => Math.sqrt(matrix[i * k + i]!));
  return { robust: root(sandwich(inverse, outer, k)), hessian: root(inverse) };
}

/** Inverse after scaling the diagonal to 1: parameters differ in size by many orders. */
function scaledInverse(matrix: Float64Array, k: number): Float64Array | undefined {
  const size = Float64Array.from({ length: k }, (_, i) => Math.sqrt(matrix[i * k + i]!));
  if (!size.every((s) => s > 0)) return undefined;
  const inverse = inverseOf(
    matrix.map((value, at) => value / (size[Math.floor(at / k)]! * size[at % k]!)),
    k,
  );
  return inverse?.map((value, at) => value / (size[Math.floor(at / k)]! * size[at % k]!));
}
