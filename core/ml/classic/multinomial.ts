import type { ScaledRows } from '../linear/standardise.ts';
import { minimise } from '../optimise/bfgs.ts';

/**
 * Multinomial logistic regression (softmax) with an L2 penalty, intercepts free, by BFGS on the exact gradient. The minimised sum is that of the
 * weighted log losses + l2/2 · |b|², as scikit-learn's with C = 1/l2.
 * @param classes how many; the target counts them from 0
 * @returns coefficients of the scaled features per class, intercept first: classes × (1 + width), row-major
 */
export function multinomial(data: ScaledRows, classes: number, l2: number): Float64Array {
  const { rows, width, values, target, weights } = data;
  const n = width + 1;
  const p = new Float64Array(classes);
  let total = 0;
  for (let r = 0; r < rows; r++) total += weights[r]!;
  const objective = (b: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let r = 0; r < rows; r++) {
      const at = r * width;
      for (let k = 0; k < classes; k++) {
        let score = b[k * n]!;
        for (let c = 0; c < width; c++) score += b[k * n + c + 1]! * values[at + c]!;
        p[k] = score;
      }
      softmax(p);
      const w = weights[r]! / total;
      const y = target[r]!;
      loss -= w * Math.log(Math.max(p[y]!, 1e-300));
      for (let k = 0; k < classes; k++) {
        const error = w * (p[k]! - (k === y ? 1 : 0));
        gradient[k * n]! += error;
        for (let c = 0; c < width; c++) gradient[k * n + c + 1]! += error * values[at + c]!;
      }
    }
    for (let k = 0; k < classes; k++)
      for (let c = 1; c < n; c++) {
        loss += ((l2 / 2) * b[k * n + c]! ** 2) / total;
        gradient[k * n + c]! += (l2 * b[k * n + c]!) / total;
      }
    return loss;
  };
  return minimise(objective, new Float64Array(classes * n), { gradientTolerance: 1e-9 }).x;
}

/** Makes probabilities of scores in place, without overflow. */
export function softmax(scores: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < scores.length; k++) most = Math.max(most, scores[k]!);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = Math.exp(scores[k]! - most);
    sum += scores[k]!;
  }
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum;
}
