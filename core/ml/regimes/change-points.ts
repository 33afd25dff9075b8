import { TidegateError } from '../../foundation/errors.ts';
import { logGamma } from '../optimise/gamma-functions.ts';

export interface ChangePointOptions {
  /** Rows between changes, on average (default 250). */
  readonly meanRun?: number;
  /** Longest run length told apart (default 500): older rows are pooled. */
  readonly longest?: number;
  /** What is believed of a new regime: mean, how many rows that belief is worth, and its variance. Default: 0, 0.1, 1: standardise first. */
  readonly priorMean?: number;
  readonly priorRows?: number;
  readonly priorVariance?: number;
}

/** What is known after a row: the probability that a change came within the last `recent` rows, and the expected rows since the last one. */
export interface ChangeReading {
  readonly changeProbability: number;
  readonly expectedRun: number;
}

/**
 * Bayesian online change-point detection (Adams and MacKay 2007) of the mean and variance of a Gaussian: a run-length distribution with a
 * constant hazard and Student-t predictions. Forward only. O(longest) per row.
 */
export class ChangePointDetector {
  readonly #hazard: number;
  readonly #recent: number;
  readonly #prior: { readonly mean: number; readonly rows: number; readonly variance: number };
  /** log of Γ(a + 1/2) / Γ(a) for the freedom of each run length. */
  readonly #gammaRatio: Float64Array;
  #probability: Float64Array;
  #nextProbability: Float64Array;
  readonly #mean: Float64Array;
  readonly #sum: Float64Array;
  #runs = 1;

  /** @param recent rows within which a change counts (default 10) */
  constructor(options: ChangePointOptions = {}, recent = 10) {
    const { meanRun = 250, longest = 500, priorMean = 0, priorRows = 0.1, priorVariance = 1 } = options;
    for (const [name, value, least] of [
      ['meanRun', meanRun, 1.001],
      ['longest', longest, 2],
      ['priorRows', priorRows, 1e-9],
      ['priorVariance', priorVariance, 1e-300],
      ['recent', recent, 1],
    ] as const)
      if (!(value >= least && Number.isFinite(value)))
        throw new TidegateError('REGIME_OPTION', `${name} is ${value}`, {
          remedy: `Give a number of at least ${least}.`,
        });
    this.#hazard = 1 / meanRun;
    this.#recent = recent;
    this.#prior = { mean: priorMean, rows: priorRows, variance: priorVariance };
    this.#probability = new Float64Array(longest + 1);
    this.#nextProbability = new Float64Array(longest + 1);
    this.#probability[0] = 1;
    this.#mean = new Float64Array(longest + 1).fill(priorMean);
    this.#sum = new Float64Array(longest + 1).fill(priorVariance);
    this.#gammaRatio = Float64Array.from(
      { length: longest + 1 },
      (_, r) => logGamma(1 + r / 2 + 0.5) - logGamma(1 + r / 2),
    );
  }

  /** Takes a row. @throws TidegateError REGIME_DATA when it is not finite */
  step(x: number): ChangeReading {
    if (!Number.isFinite(x))
      throw new TidegateError('REGIME_DATA', `the row is ${x}`, { remedy: 'Skip rows that are not finite.' });
    const p = this.#probability;
    const next = this.#nextProbability;
    const longest = p.length - 1;
    const { rows } = this.#prior;
    let change = 0;
    next.fill(0);
    // Run length r has seen r rows: a = 1 + r/2, b = sum, kappa = rows + r (normal-inverse-gamma).
    let top = Number.NEGATIVE_INFINITY;
    for (let r = 0; r < this.#runs; r++) {
      const kappa = rows + r;
      const a = 1 + r / 2;
      const spread = (this.#sum[r]! * (kappa + 1)) / (kappa * a);
      const gap = x - this.#mean[r]!;
      next[r] =
        this.#gammaRatio[r]! -
        0.5 * Math.log(2 * Math.PI * a * spread) -
        (a + 0.5) * Math.log1p((gap * gap) / (2 * a * spread));
      if (p[r]! > 0) top = Math.max(top, next[r]!);
    }
    for (let r = 0; r < this.#runs; r++) next[r] = p[r]! * Math.exp(next[r]! - top);
    for (let r = this.#runs - 1; r >= 0; r--) {
      const joint = next[r]!;
      change += joint * this.#hazard;
      const to = Math.min(r + 1, longest);
      if (to !== r)
        next[to] = joint * (1 - this.#hazard) + (r === longest - 1 && this.#runs === longest + 1 ? next[longest]! : 0);
      else next[to] = joint * (1 - this.#hazard);
    }
    next[0] = change;
    this.#learn(x);
    this.#runs = Math.min(this.#runs + 1, longest + 1);
    let total = 0;
    for (let r = 0; r < this.#runs; r++) total += next[r]!;
    let changeProbability = 0;
    let expectedRun = 0;
    for (let r = 0; r < this.#runs; r++) {
      next[r]! /= total;
      expectedRun += r * next[r]!;
      if (r < this.#recent) changeProbability += next[r]!;
    }
    [this.#probability, this.#nextProbability] = [next, p];
    return { changeProbability, expectedRun };
  }

  #learn(x: number): void {
    const mean = this.#mean;
    const sum = this.#sum;
    const longest = mean.length - 1;
    const { rows } = this.#prior;
    for (let r = Math.min(this.#runs, longest) - 1; r >= 0; r--) {
      const kappa = rows + r;
      const gap = x - mean[r]!;
      sum[r + 1] = sum[r]! + (0.5 * kappa * gap * gap) / (kappa + 1);
      mean[r + 1] = mean[r]! + gap / (kappa + 1);
    }
    mean[0] = this.#prior.mean;
    sum[0] = this.#prior.variance;
  }
}

export interface CusumOptions {
  /** Shift to ignore, in deviations (default 0.5: built to notice shifts of 1). */
  readonly slack?: number;
  /** Alarm level, in deviations (default 5). */
  readonly threshold?: number;
  /** Rows that the reference mean and deviation are learned from after each alarm (default 50). */
  readonly learning?: number;
}

/**
 * Two-sided CUSUM (Page 1954): `step` returns 1 when the mean has moved up, -1 when down, else 0; after an alarm it learns the new level
 * afresh. Forward only, O(1).
 */
export class CusumDetector {
  readonly #slack: number;
  readonly #threshold: number;
  readonly #learning: number;
  #count = 0;
  #mean = 0;
  #squares = 0;
  #up = 0;
  #down = 0;

  constructor({ slack = 0.5, threshold = 5, learning = 50 }: CusumOptions = {}) {
    if (!(slack >= 0 && threshold > 0 && Number.isInteger(learning) && learning >= 2))
      throw new TidegateError('REGIME_OPTION', `slack ${slack}, threshold ${threshold}, learning ${learning}`, {
        remedy: 'Give slack >= 0, threshold > 0 and a whole number of at least 2 learning rows.',
      });
    this.#slack = slack;
    this.#threshold = threshold;
    this.#learning = learning;
  }

  /** Takes a row. @throws TidegateError REGIME_DATA when it is not finite */
  step(x: number): -1 | 0 | 1 {
    if (!Number.isFinite(x))
      throw new TidegateError('REGIME_DATA', `the row is ${x}`, { remedy: 'Skip rows that are not finite.' });
    if (this.#count < this.#learning) {
      this.#count++;
      const gap = x - this.#mean;
      this.#mean += gap / this.#count;
      this.#squares += gap * (x - this.#mean);
      return 0;
    }
    const deviation = Math.sqrt(this.#squares / (this.#count - 1));
    const z = deviation > 0 ? (x - this.#mean) / deviation : Math.sign(x - this.#mean) * this.#threshold * 2;
    this.#up = Math.max(0, this.#up + z - this.#slack);
    this.#down = Math.max(0, this.#down - z - this.#slack);
    const alarm = this.#up > this.#threshold ? 1 : this.#down > this.#threshold ? -1 : 0;
    if (alarm !== 0) {
      this.#count = 0;
      this.#mean = 0;
      this.#squares = 0;
      this.#up = 0;
      this.#down = 0;
    }
    return alarm;
  }
}
