import { TidegateError } from '../../foundation/errors.ts';
import { leastSquares } from '../optimise/least-squares.ts';
import { factorise, solveFactored } from '../optimise/symmetric.ts';
import { checkClasses } from './check-features.ts';

/** Squared coefficients of least squares with an intercept. @throws TidegateError REGRESSION_* */
export function linearImportance(columns: readonly ArrayLike<number>[], target: ArrayLike<number>): Float64Array {
  const ones = new Float64Array(target.length).fill(1);
  return leastSquares([ones, ...columns], target)
    .coefficients.slice(1)
    .map((c) => c * c);
}

/**
 * Squared coefficients of a logistic regression with penalty |w|² / 2 + C · Σ log loss, the intercept free, by Newton's method to 1e-10.
 * @throws TidegateError SELECTION_DATA on labels other than 0 and 1, or one class only
 */
export function logisticImportance(
  columns: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  C = 1,
): Float64Array {
  checkClasses(labels);
  for (let i = 0; i < labels.length; i++)
    if (labels[i] !== 0 && labels[i] !== 1)
      throw new TidegateError('SELECTION_DATA', `label ${i} is ${labels[i]}`, { remedy: 'Labels are 0 or 1.' });
  const n = labels.length;
  const k = columns.length + 1;
  const weights = new Float64Array(k);
  const scores = new Float64Array(n);
  let value = logisticLoss(scores, labels, weights, C);
  const gram = new Float64Array(k * k);
  const step = new Float64Array(k);
  for (let round = 0; round < 100; round++) {
    gram.fill(0);
    step.fill(0);
    for (let i = 0; i < n; i++) {
      const p = 1 / (1 + Math.exp(-scores[i]!));
      const w = C * Math.max(p * (1 - p), 1e-12);
      const d = C * (labels[i]! - p);
      for (let a = 0; a < k; a++) {
        const x = a === 0 ? 1 : columns[a - 1]![i]!;
        step[a]! += d * x;
        for (let b = 0; b <= a; b++) gram[a * k + b]! += w * x * (b === 0 ? 1 : columns[b - 1]![i]!);
      }
    }
    for (let a = 1; a < k; a++) {
      gram[a * k + a]! += 1;
      step[a]! -= weights[a]!;
    }
    factorise(gram, k);
    solveFactored(gram, k, step);
    let size = 1;
    for (; size > 1e-6; size /= 2) {
      const tried = weights.map((w, a) => w + size * step[a]!);
      for (let i = 0; i < n; i++) {
        let sum = tried[0]!;
        for (let a = 1; a < k; a++) sum += tried[a]! * columns[a - 1]![i]!;
        scores[i] = sum;
      }
      const next = logisticLoss(scores, labels, tried, C);
      if (next <= value + 1e-12 * Math.abs(value)) {
        weights.set(tried);
        value = next;
        break;
      }
    }
    if (step.every((s, a) => Math.abs(s) < 1e-10 * Math.max(1, Math.abs(weights[a]!)))) break;
  }
  return weights.slice(1).map((w) => w * w);
}

function logisticLoss(scores: Float64Array, labels: ArrayLike<number>, weights: Float64Array, C: number): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const f = labels[i] === 1 ? scores[i]! : -scores[i]!;
    sum += f > 0 ? Math.log1p(Math.exp(-f)) : Math.log1p(Math.exp(f)) - f;
  }
  let penalty = 0;
  for (let a = 1; a < weights.length; a++) penalty += weights[a]! ** 2;
  return C * sum + penalty / 2;
}
