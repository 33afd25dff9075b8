import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import { factorise, solveFactored } from '../optimise/symmetric.ts';
import { type Chain, forwardPass, type PassBuffers, passBuffers, refitChain, smoothPass } from './chain-passes.ts';
import { energyGroups, kMeansGroups } from './cluster-start.ts';
import { rowBlock } from './rows.ts';

/** A regression whose coefficients and error variance follow a hidden Markov chain. `coefficients`: states * (1 + regressors), constant first. */
export interface MarkovRegression extends Chain {
  readonly regressors: number;
  readonly coefficients: Float64Array;
  readonly variances: Float64Array;
}

export interface MarkovRegressionOptions {
  readonly states: number;
  /** Seeded starts (default 8). */
  readonly restarts?: number;
  readonly maxRounds?: number;
  /** Stop when a round gains less log likelihood per row than this (default 1e-8). */
  readonly tolerance?: number;
  readonly seed?: number | string;
}

export interface MarkovRegressionFit {
  readonly model: MarkovRegression;
  readonly logLikelihood: number;
  readonly rounds: number;
}

/**
 * Markov-switching regression (Hamilton 1989) of `y` on `regressors` and a constant, by EM with the exact filter and smoother. States come
 * sorted by error variance. @throws TidegateError REGIME_DATA on NaN, infinity, constant columns or too few rows
 */
export function fitMarkovRegression(
  y: ArrayLike<number>,
  regressors: readonly ArrayLike<number>[],
  options: MarkovRegressionOptions,
): MarkovRegressionFit {
  const { states, restarts = 8, maxRounds = 500, tolerance = 1e-8, seed = 0 } = options;
  const target = rowBlock([y], 10 * states * (regressors.length + 1), true);
  const X = design(regressors, target.length);
  const buffers = passBuffers(target.length, states);
  const mean = target.reduce((sum, v) => sum + v, 0) / target.length;
  const variance = target.reduce((sum, v) => sum + (v - mean) ** 2, 0) / target.length;
  const scale = Float64Array.of(Math.sqrt(variance));
  const runs = Array.from({ length: restarts }, (_, k) => {
    const rng = seeded(seed).fork(k);
    const groups =
      k % 2 === 0
        ? kMeansGroups(target, scale, states, rng)
        : energyGroups(target, Float64Array.of(mean), scale, states, rng);
    const model = startFrom(groups, target, X, states, variance);
    return climb(model, target, X, buffers, { rounds: maxRounds, tolerance, ridge: 0.01 * variance });
  });
  const best = runs.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  return { ...best, model: sortedByVariance(best.model) };
}

/** P(state | rows up to each one), one column per state, and the log likelihood. Forward only. @throws TidegateError REGIME_DATA */
export function filterMarkovRegression(
  model: MarkovRegression,
  y: ArrayLike<number>,
  regressors: readonly ArrayLike<number>[],
): { readonly logLikelihood: number; readonly probabilities: readonly Float64Array[] } {
  if (regressors.length !== model.regressors)
    throw new TidegateError('REGIME_DATA', `${regressors.length} regressors given, the model has ${model.regressors}`, {
      remedy: 'Give those that it was fitted on.',
    });
  const target = rowBlock([y], 1);
  const n = target.length;
  const buffers = passBuffers(n, model.states);
  densitiesInto(model, target, design(regressors, n), buffers.logDensity);
  const logLikelihood = forwardPass(model, n, buffers);
  const { probability } = buffers;
  const probabilities = Array.from({ length: model.states }, (_, s) =>
    Float64Array.from({ length: n }, (_, t) => probability[t * model.states + s]!),
  );
  return { logLikelihood, probabilities };
}

function design(regressors: readonly ArrayLike<number>[], n: number): Float64Array {
  return rowBlock([new Float64Array(n).fill(1), ...regressors], 1);
}

function startFrom(
  groups: Int32Array,
  y: Float64Array,
  X: Float64Array,
  states: number,
  variance: number,
): MarkovRegression {
  const width = X.length / y.length;
  const model: MarkovRegression = {
    states,
    regressors: width - 1,
    start: new Float64Array(states).fill(1 / states),
    transition: Float64Array.from({ length: states * states }, (_, k) =>
      states === 1 ? 1 : k % (states + 1) === 0 ? 0.9 : 0.1 / (states - 1),
    ),
    coefficients: new Float64Array(states * width),
    variances: new Float64Array(states).fill(variance),
  };
  const weights = new Float64Array(y.length * states).fill(0.05);
  groups.forEach((g, t) => {
    weights[t * states + g] = 1;
  });
  regress(model, y, X, weights, variance);
  return model;
}

function climb(
  model: MarkovRegression,
  y: Float64Array,
  X: Float64Array,
  buffers: PassBuffers,
  limits: { readonly rounds: number; readonly tolerance: number; readonly ridge: number },
): MarkovRegressionFit {
  const n = y.length;
  const moves = new Float64Array(model.states ** 2);
  let last = Number.NEGATIVE_INFINITY;
  for (let rounds = 0; ; rounds++) {
    densitiesInto(model, y, X, buffers.logDensity);
    const value = forwardPass(model, n, buffers);
    const gain = value - last;
    last = value;
    if (rounds >= limits.rounds || Math.abs(gain) < limits.tolerance * n) return { model, logLikelihood: last, rounds };
    moves.fill(0);
    smoothPass(model, n, buffers, moves);
    refitChain(model, buffers.probability, moves);
    regress(model, y, X, buffers.probability, limits.ridge);
  }
}

function densitiesInto(model: MarkovRegression, y: Float64Array, X: Float64Array, out: Float64Array): void {
  const { states, coefficients, variances } = model;
  const width = model.regressors + 1;
  for (let s = 0; s < states; s++) {
    const constant = -0.5 * Math.log(2 * Math.PI * variances[s]!);
    const factor = -0.5 / variances[s]!;
    for (let t = 0; t < y.length; t++) {
      let e = y[t]!;
      for (let j = 0; j < width; j++) e -= coefficients[s * width + j]! * X[t * width + j]!;
      out[t * states + s] = constant + factor * e * e;
    }
  }
}

/** Weighted least squares and error variance of each state; `ridge` is added to the sum of squares so that no state collapses. */
function regress(
  model: MarkovRegression,
  y: Float64Array,
  X: Float64Array,
  weights: Float64Array,
  ridge: number,
): void {
  const { states, coefficients, variances } = model;
  const width = model.regressors + 1;
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (let s = 0; s < states; s++) {
    gram.fill(0);
    right.fill(0);
    let total = 0;
    for (let t = 0; t < y.length; t++) {
      const w = weights[t * states + s]!;
      total += w;
      for (let i = 0; i < width; i++) {
        const wx = w * X[t * width + i]!;
        right[i]! += wx * y[t]!;
        for (let j = 0; j <= i; j++) gram[i * width + j]! += wx * X[t * width + j]!;
      }
    }
    if (!(total > width) || !factorise(gram, width)) continue;
    solveFactored(gram, width, right);
    coefficients.set(right, s * width);
    let squares = ridge;
    for (let t = 0; t < y.length; t++) {
      let e = y[t]!;
      for (let j = 0; j < width; j++) e -= right[j]! * X[t * width + j]!;
      squares += weights[t * states + s]! * e * e;
    }
    variances[s] = squares / total;
  }
}

function sortedByVariance(model: MarkovRegression): MarkovRegression {
  const { states } = model;
  const width = model.regressors + 1;
  const order = Array.from({ length: states }, (_, s) => s).sort((a, b) => model.variances[a]! - model.variances[b]!);
  const take = (values: Float64Array, block: number) =>
    Float64Array.from(
      { length: states * block },
      (_, k) => values[order[Math.floor(k / block)]! * block + (k % block)]!,
    );
  return {
    ...model,
    start: take(model.start, 1),
    transition: Float64Array.from(
      { length: states * states },
      (_, k) => model.transition[order[Math.floor(k / states)]! * states + order[k % states]!]!,
    ),
    coefficients: take(model.coefficients, width),
    variances: take(model.variances, 1),
  };
}
