import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import { forwardPass, type PassBuffers, passBuffers, refitChain, smoothPass } from './chain-passes.ts';
import { energyGroups, kMeansGroups } from './cluster-start.ts';
import { type CovarianceKind, fitGaussians, logDensities } from './gaussian-densities.ts';
import type { GaussianHmm } from './hmm.ts';
import { rowBlock } from './rows.ts';

export interface HmmOptions {
  readonly states: number;
  readonly covarianceKind?: CovarianceKind;
  /** Seeded starts (default 10), every other one from groups in place, the rest from groups in spread. */
  readonly restarts?: number;
  /** Most Baum-Welch rounds of the final fit (default 500). */
  readonly maxRounds?: number;
  /** Stop when a round gains less log likelihood per row than this (default 1e-8). */
  readonly tolerance?: number;
  readonly seed?: number | string;
  /** Go on from this model instead of fresh starts: for re-fits. */
  readonly from?: GaussianHmm;
}

export interface HmmFit {
  readonly model: GaussianHmm;
  readonly logLikelihood: number;
  readonly rounds: number;
  readonly isConverged: boolean;
}

const SCREEN_ROUNDS = 25;
const FINALISTS = 3;
/** Rows of the screening rounds: enough to tell good starts from bad. */
const SCREEN_ROWS = 20_000;

/**
 * Baum-Welch (1970) from several starts: each runs a few rounds, the best three run to the end, the most likely wins. A weak prior (1 % of
 * each column's variance, worth one row) keeps states from collapsing on single rows. The same seed gives the same bits.
 * @throws TidegateError REGIME_DATA on NaN, infinity, a constant column or fewer than 10 rows per state, REGIME_OPTION
 */
export function fitHmm(columns: readonly ArrayLike<number>[], options: HmmOptions): HmmFit {
  const { states, covarianceKind = 'full', restarts = 10, maxRounds = 500, tolerance = 1e-8, seed = 0 } = options;
  if (!(Number.isInteger(states) && states >= 1 && states <= 64))
    throw new TidegateError('REGIME_OPTION', `states is ${states}`, { remedy: 'Give a whole number from 1 to 64.' });
  const rows = rowBlock(columns, 10 * states, true);
  const d = columns.length;
  const n = rows.length / d;
  const { mean, variance } = spreadOf(rows, d);
  const ridge = variance.map((v) => 0.01 * v);
  const buffers = passBuffers(n, states);
  const finish = (model: GaussianHmm) => baumWelch(model, rows, ridge, buffers, { rounds: maxRounds, tolerance });
  if (options.from) return finish(copyOf(options.from));
  const scale = variance.map(Math.sqrt);
  const screenRows = rows.subarray(0, Math.min(n, SCREEN_ROWS) * d);
  const screened = Array.from({ length: restarts }, (_, k) => {
    const rng = seeded(seed).fork(k);
    const groups =
      k % 2 === 0 ? kMeansGroups(screenRows, scale, states, rng) : energyGroups(screenRows, mean, scale, states, rng);
    const model = modelFromGroups(screenRows, groups, { states, dims: d, covarianceKind }, mean, variance);
    return restarts === 1
      ? { model, logLikelihood: 0 }
      : baumWelch(model, screenRows, ridge, buffers, { rounds: Math.min(SCREEN_ROUNDS, maxRounds), tolerance });
  });
  screened.sort((a, b) => b.logLikelihood - a.logLikelihood);
  const finals = screened.slice(0, FINALISTS).map((run) => finish(run.model));
  return finals.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
}

/** Runs rounds on `model` in place. The likelihood returned is that of the model returned. */
function baumWelch(
  model: GaussianHmm,
  rows: Float64Array,
  ridge: Float64Array,
  buffers: PassBuffers,
  limits: { readonly rounds: number; readonly tolerance: number },
): HmmFit {
  const n = rows.length / model.dims;
  const moves = new Float64Array(model.states ** 2);
  let last = Number.NEGATIVE_INFINITY;
  let gain = Number.POSITIVE_INFINITY;
  let rounds = 0;
  const evaluate = () => {
    logDensities(model)(rows, 0, n, buffers.logDensity);
    return forwardPass(model, n, buffers);
  };
  for (; ; rounds++) {
    const value = evaluate();
    gain = value - last;
    last = value;
    if (rounds >= limits.rounds || Math.abs(gain) < limits.tolerance * n) break;
    moves.fill(0);
    smoothPass(model, n, buffers, moves);
    refitChain(model, buffers.probability, moves);
    fitGaussians(model, rows, buffers.probability.subarray(0, n * model.states), ridge);
  }
  return { model, logLikelihood: last, rounds, isConverged: Math.abs(gain) < limits.tolerance * n };
}

function modelFromGroups(
  rows: Float64Array,
  groups: Int32Array,
  shape: { readonly states: number; readonly dims: number; readonly covarianceKind: CovarianceKind },
  mean: Float64Array,
  variance: Float64Array,
): GaussianHmm {
  const { states, dims, covarianceKind } = shape;
  const size = covarianceKind === 'full' ? dims * dims : dims;
  const covariances = new Float64Array(states * size);
  for (let s = 0; s < states; s++)
    for (let i = 0; i < dims; i++) covariances[s * size + (size === dims ? i : i * dims + i)] = variance[i]!;
  const model: GaussianHmm = {
    states,
    dims,
    covarianceKind,
    start: new Float64Array(states).fill(1 / states),
    transition: Float64Array.from({ length: states * states }, (_, k) =>
      states === 1 ? 1 : k % (states + 1) === 0 ? 0.9 : 0.1 / (states - 1),
    ),
    means: Float64Array.from({ length: states * dims }, (_, k) => mean[k % dims]!),
    covariances,
  };
  const weights = new Float64Array(groups.length * states);
  groups.forEach((g, t) => {
    weights[t * states + g] = 1;
  });
  // The whole variance as a prior worth some rows: small groups start wide.
  fitGaussians(
    model,
    rows,
    weights,
    variance.map((v) => 5 * v),
  );
  return model;
}

function spreadOf(rows: Float64Array, d: number): { mean: Float64Array; variance: Float64Array } {
  const n = rows.length / d;
  const mean = new Float64Array(d);
  const variance = new Float64Array(d);
  for (let k = 0; k < rows.length; k++) mean[k % d]! += rows[k]! / n;
  for (let k = 0; k < rows.length; k++) variance[k % d]! += (rows[k]! - mean[k % d]!) ** 2 / n;
  return { mean, variance };
}

function copyOf(model: GaussianHmm): GaussianHmm {
  const { start, transition, means, covariances } = model;
  return {
    ...model,
    start: start.slice(),
    transition: transition.slice(),
    means: means.slice(),
    covariances: covariances.slice(),
  };
}
