import { TidegateError } from '../../foundation/errors.ts';

/**
 * Split conformal radius (Vovk et al. 2005; Lei et al. 2018): |target - prediction| of new rows stays below it with at least the
 * probability `coverage`, whatever the model, if rows are exchangeable with the calibration rows, which must not be training rows.
 * Infinite where the sample is too small for the coverage.
 * @throws TidegateError CALIBRATION_DATA, CALIBRATION_OPTION
 */
export function conformalRadius(predictions: ArrayLike<number>, targets: ArrayLike<number>, coverage: number): number {
  checkCoverage(coverage);
  if (predictions.length !== targets.length || targets.length === 0)
    throw new TidegateError('CALIBRATION_DATA', `${predictions.length} predictions and ${targets.length} targets`, {
      remedy: 'Give one target per prediction, and at least one.',
    });
  const gaps = Float64Array.from(targets, (y, i) => Math.abs(y - predictions[i]!));
  return conformalQuantile(gaps, coverage);
}

/** The ceil((n + 1) coverage)-th smallest score. @throws TidegateError CALIBRATION_DATA on NaN */
export function conformalQuantile(scores: Float64Array, coverage: number): number {
  const bad = scores.findIndex(Number.isNaN);
  if (bad >= 0)
    throw new TidegateError('CALIBRATION_DATA', `score ${bad} is NaN`, {
      remedy: 'Leave out rows without a prediction or target.',
    });
  const rank = Math.max(1, Math.ceil((scores.length + 1) * coverage - 1e-9));
  return rank > scores.length ? Number.POSITIVE_INFINITY : scores.slice().sort()[rank - 1]!;
}

/** Which classes cannot be ruled out: those with a probability of at least the threshold. */
export interface ConformalClasses {
  readonly threshold: number;
  classes(probabilities: ArrayLike<number>): number[];
}

/** Conformal sets of classes: the true class is in the set with at least the probability `coverage`. `probabilities[k][i]`: class k of row i. */
export function conformalClasses(
  probabilities: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  coverage: number,
): ConformalClasses {
  checkCoverage(coverage);
  const scores = Float64Array.from(labels, (label, i) => 1 - (probabilities[label]?.[i] ?? Number.NaN));
  const threshold = 1 - conformalQuantile(scores, coverage);
  return {
    threshold,
    classes: (p) => Array.from({ length: p.length }, (_, k) => k).filter((k) => p[k]! >= threshold - 1e-12),
  };
}

function checkCoverage(coverage: number): void {
  if (!(coverage > 0 && coverage < 1))
    throw new TidegateError('CALIBRATION_OPTION', `coverage is ${coverage}`, {
      remedy: 'Give a probability between 0 and 1, such as 0.9.',
    });
}
