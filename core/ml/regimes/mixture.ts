import { TidegateError } from '../../foundation/errors.ts';
import { fitHmm, type HmmOptions } from './fit-hmm.ts';
import { fitGaussians, type Gaussians, logDensities } from './gaussian-densities.ts';
import type { GaussianHmm } from './hmm.ts';
import { rowBlock } from './rows.ts';

/** A Gaussian mixture: `weights` are the shares of its components. States have no memory. */
export interface GaussianMixture extends Gaussians {
  readonly weights: Float64Array;
}

export interface MixtureFit {
  readonly model: GaussianMixture;
  readonly logLikelihood: number;
  /** Bayesian information criterion, lower is better: to choose the number of states. */
  readonly bic: number;
  readonly rounds: number;
}

/**
 * Gaussian mixture by EM (Dempster, Laird and Rubin 1977). Starts from the emissions of a short hidden Markov fit, whose seeded restarts it
 * shares. @throws as `fitHmm`
 */
export function fitMixture(columns: readonly ArrayLike<number>[], options: HmmOptions): MixtureFit {
  const { states, maxRounds = 500, tolerance = 1e-8 } = options;
  const { model: start } = fitHmm(columns, { ...options, maxRounds: Math.min(25, maxRounds) });
  const rows = rowBlock(columns, 10 * states, true);
  const { dims, covarianceKind, means, covariances } = start;
  const n = rows.length / dims;
  const model: GaussianMixture = {
    states,
    dims,
    covarianceKind,
    means,
    covariances,
    weights: new Float64Array(states).fill(1 / states),
  };
  const ridge = columns.map((column) => 0.01 * varianceOf(column));
  const shares = new Float64Array(n * states);
  let last = Number.NEGATIVE_INFINITY;
  let rounds = 0;
  for (; ; rounds++) {
    const value = sharesInto(model, rows, shares);
    const gain = value - last;
    last = value;
    if (rounds >= maxRounds || Math.abs(gain) < tolerance * n) break;
    const total = fitGaussians(model, rows, shares, Float64Array.from(ridge));
    for (let s = 0; s < states; s++) model.weights[s] = total[s]! / n;
  }
  const perState = dims + (covarianceKind === 'full' ? (dims * (dims + 1)) / 2 : dims);
  const free = states * perState + states - 1;
  return { model, logLikelihood: last, bic: free * Math.log(n) - 2 * last, rounds };
}

/** A fitted mixture as a chain without memory: whatever the state was, the next is drawn by the weights. */
export function mixtureChain(columns: readonly ArrayLike<number>[], options: HmmOptions): GaussianHmm {
  const { weights, ...gaussians } = fitMixture(columns, options).model;
  const { states } = gaussians;
  const transition = Float64Array.from({ length: states * states }, (_, k) => weights[k % states]!);
  return { ...gaussians, start: weights.slice(), transition };
}

/** Probability of each component for each row, one column per component; row by row, so nothing looks ahead. @throws TidegateError REGIME_DATA */
export function mixtureProbabilities(model: GaussianMixture, columns: readonly ArrayLike<number>[]): Float64Array[] {
  if (columns.length !== model.dims)
    throw new TidegateError('REGIME_DATA', `${columns.length} columns given, the model has ${model.dims}`, {
      remedy: 'Give the columns that it was fitted on.',
    });
  const rows = rowBlock(columns, 1);
  const n = rows.length / model.dims;
  const shares = new Float64Array(n * model.states);
  sharesInto(model, rows, shares);
  return Array.from({ length: model.states }, (_, s) =>
    Float64Array.from({ length: n }, (_, t) => shares[t * model.states + s]!),
  );
}

function sharesInto(model: GaussianMixture, rows: Float64Array, shares: Float64Array): number {
  const { states, dims, weights } = model;
  const n = rows.length / dims;
  logDensities(model)(rows, 0, n, shares);
  const logs = weights.map(Math.log);
  let total = 0;
  for (let t = 0; t < n; t++) {
    const at = t * states;
    let top = Number.NEGATIVE_INFINITY;
    for (let s = 0; s < states; s++) {
      shares[at + s]! += logs[s]!;
      top = Math.max(top, shares[at + s]!);
    }
    let sum = 0;
    for (let s = 0; s < states; s++) {
      shares[at + s] = Math.exp(shares[at + s]! - top);
      sum += shares[at + s]!;
    }
    for (let s = 0; s < states; s++) shares[at + s]! /= sum;
    total += top + Math.log(sum);
  }
  return total;
}

function varianceOf(column: ArrayLike<number>): number {
  const n = column.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += column[i]! / n;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (column[i]! - mean) ** 2;
  return sum / n;
}
