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

/**
 * Adaptive conformal intervals (Gibbs and Candès 2021) for markets that drift: after each miss the interval widens, after each hit it
 * narrows, so that the long-run coverage is met without exchangeability. Scores come from the last `window` rows.
 */
export class AdaptiveInterval {
  readonly #coverage: number;
  readonly #rate: number;
  readonly #scores: Float64Array;
  #count = 0;
  #miss: number;

  constructor({
    coverage,
    rate = 0.01,
    window = 500,
  }: { readonly coverage: number; readonly rate?: number; readonly window?: number }) {
    checkCoverage(coverage);
    if (!(rate > 0 && rate < 1 && Number.isInteger(window) && window >= 10))
      throw new TidegateError('CALIBRATION_OPTION', `rate ${rate}, window ${window}`, {
        remedy: 'Give a rate between 0 and 1 and a window of at least 10.',
      });
    this.#coverage = coverage;
    this.#rate = rate;
    this.#scores = new Float64Array(window);
    this.#miss = 1 - coverage;
  }

  /** Radius about the next prediction; infinite while too little is known. */
  get radius(): number {
    const scores = this.#scores.slice(0, Math.min(this.#count, this.#scores.length));
    return this.#miss <= 0 ? Number.POSITIVE_INFINITY : conformalQuantile(scores, Math.max(0, 1 - this.#miss));
  }

  /** Takes what came of a prediction. @throws TidegateError CALIBRATION_DATA when either is not finite */
  update(prediction: number, target: number): void {
    const score = Math.abs(target - prediction);
    if (!Number.isFinite(score))
      throw new TidegateError('CALIBRATION_DATA', `prediction ${prediction}, target ${target}`, {
        remedy: 'Skip rows without both.',
      });
    const isMiss = score > this.radius;
    this.#miss += this.#rate * (1 - this.#coverage - (isMiss ? 1 : 0));
    this.#scores[this.#count++ % this.#scores.length] = score;
  }
}

function checkCoverage(coverage: number): void {
  if (!(coverage > 0 && coverage < 1))
    throw new TidegateError('CALIBRATION_OPTION', `coverage is ${coverage}`, {
      remedy: 'Give a probability between 0 and 1, such as 0.9.',
    });
}
