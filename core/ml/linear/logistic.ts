import { TidegateError } from '../../foundation/errors.ts';
import { solvePositive } from './solve-positive.ts';
import type { ScaledRows } from './standardise.ts';

/** 1 / (1 + e^-x), without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/**
 * Logistic regression with an L2 penalty (intercept unpenalised) by Newton's method with step halving, that is iteratively reweighted least
 * squares. The minimised sum is that of the weighted log losses + l2/2 · |b|², as scikit-learn's with C = 1/l2.
 * @param labels 1 or 0 per row
 * @returns coefficients of the scaled features, intercept first
 * @throws TidegateError MODEL_DATA when features are collinear and l2 is 0
 */
export function logistic(model: string, data: ScaledRows, labels: Float64Array, l2: number): Float64Array {
  const { rows, width, values, weights } = data;
  const n = width + 1;
  let b: Float64Array = new Float64Array(n);
  const hessian = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  const x = new Float64Array(n);
  x[0] = 1;
  const scoreOf = (r: number, of: Float64Array) => {
    let score = of[0]!;
    for (let c = 0; c < width; c++) score += of[c + 1]! * values[r * width + c]!;
    return score;
  };
  const loss = (of: Float64Array) => {
    let sum = 0;
    for (let r = 0; r < rows; r++) {
      const score = scoreOf(r, of);
      sum += weights[r]! * (Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - labels[r]! * score);
    }
    for (let c = 1; c < n; c++) sum += (l2 / 2) * of[c]! ** 2;
    return sum;
  };
  let best = loss(b);
  for (let round = 0; round < 100; round++) {
    hessian.fill(0);
    gradient.fill(0);
    for (let r = 0; r < rows; r++) {
      x.set(values.subarray(r * width, (r + 1) * width), 1);
      const p = sigmoid(scoreOf(r, b));
      const curve = weights[r]! * Math.max(p * (1 - p), 1e-12);
      const error = weights[r]! * (labels[r]! - p);
      for (let i = 0; i < n; i++) {
        gradient[i]! += error * x[i]!;
        for (let j = 0; j <= i; j++) hessian[i * n + j]! += curve * x[i]! * x[j]!;
      }
    }
    for (let i = 1; i < n; i++) {
      gradient[i]! -= l2 * b[i]!;
      hessian[i * n + i]! += l2;
    }
    const step = solvePositive(hessian, gradient);
    if (step === null)
      throw new TidegateError('MODEL_DATA', `model "${model}" got features that depend on each other`, {
        remedy: 'Set l2 above 0, or leave constant and duplicate features out.',
      });
    let size = 1;
    let next = b;
    let value = best;
    for (; size > 1e-6; size /= 2) {
      next = b.map((v, i) => v + size * step[i]!);
      value = loss(next);
      if (value <= best) break;
    }
    if (!(value <= best)) break;
    const gain = best - value;
    b = next;
    best = value;
    if (gain <= 1e-12 * Math.max(1, Math.abs(best))) break;
  }
  return b;
}
