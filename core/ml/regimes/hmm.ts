import { TidegateError } from '../../foundation/errors.ts';
import { type Chain, forwardPass, passBuffers, smoothPass, viterbiPath } from './chain-passes.ts';
import { type Gaussians, logDensities } from './gaussian-densities.ts';
import { rowBlock } from './rows.ts';

/** A hidden Markov model whose states emit Gaussians. Plain arrays: copy, store and send it as it is. */
export interface GaussianHmm extends Chain, Gaussians {}

/** What a model says of a series. Probabilities are one column per state. */
export interface HmmReading {
  readonly logLikelihood: number;
  readonly probabilities: readonly Float64Array[];
}

/**
 * P(state | rows up to each one): forward only, so a value never changes when rows come after it. For use.
 * @throws TidegateError REGIME_DATA on rows that are not finite or of another width
 */
export function filterHmm(model: GaussianHmm, columns: readonly ArrayLike<number>[]): HmmReading {
  const { buffers, n } = prepared(model, columns);
  const logLikelihood = forwardPass(model, n, buffers);
  return { logLikelihood, probabilities: columnsOf(buffers.probability, n, model.states) };
}

/** P(state | all rows), which looks ahead: to study a fit, never to trade. */
export function smoothHmm(model: GaussianHmm, columns: readonly ArrayLike<number>[]): HmmReading {
  const { buffers, n } = prepared(model, columns);
  const logLikelihood = forwardPass(model, n, buffers);
  smoothPass(model, n, buffers, new Float64Array(model.states * model.states));
  return { logLikelihood, probabilities: columnsOf(buffers.probability, n, model.states) };
}

/** The most likely path through the whole series, which looks ahead, and its log probability. */
export function decodeHmm(model: GaussianHmm, columns: readonly ArrayLike<number>[]): ReturnType<typeof viterbiPath> {
  const { buffers, n } = prepared(model, columns);
  return viterbiPath(model, n, buffers.logDensity);
}

/** Probability of each state one row after `probabilities`. */
export function nextStates(chain: Chain, probabilities: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: chain.states }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < chain.states; i++) sum += probabilities[i]! * chain.transition[i * chain.states + j]!;
    return sum;
  });
}

/** The filter row by row, for live use: the same numbers as `filterHmm`. O(states²) per row, nothing is allocated. */
export class HmmFilter {
  readonly #model: GaussianHmm;
  readonly #densities: ReturnType<typeof logDensities>;
  readonly #buffers;
  readonly #chain: { states: number; start: Float64Array; transition: Float64Array };
  #rows = 0;

  constructor(model: GaussianHmm) {
    this.#model = model;
    this.#densities = logDensities(model);
    this.#buffers = passBuffers(1, model.states);
    this.#chain = { states: model.states, start: model.start.slice(), transition: model.transition };
  }

  /** Takes a row and returns the state probabilities (the same array at each call). @throws TidegateError REGIME_DATA */
  step(row: Float64Array): Float64Array {
    checkWidth(this.#model, row.length);
    if (!row.every(Number.isFinite))
      throw new TidegateError('REGIME_DATA', `row ${this.#rows} holds [${row}]`, {
        remedy: 'Skip rows that are not finite.',
      });
    this.#densities(row, 0, 1, this.#buffers.logDensity);
    if (this.#rows > 0) this.#chain.start.set(nextStates(this.#model, this.#buffers.probability));
    forwardPass(this.#chain, 1, this.#buffers);
    this.#rows++;
    return this.#buffers.probability;
  }
}

function prepared(model: GaussianHmm, columns: readonly ArrayLike<number>[]) {
  checkWidth(model, columns.length);
  const rows = rowBlock(columns, 1);
  const n = rows.length / model.dims;
  const buffers = passBuffers(n, model.states);
  logDensities(model)(rows, 0, n, buffers.logDensity);
  return { buffers, n };
}

function checkWidth(model: GaussianHmm, width: number): void {
  if (width !== model.dims)
    throw new TidegateError('REGIME_DATA', `${width} columns given, the model has ${model.dims}`, {
      remedy: 'Give the columns that it was fitted on, in that order.',
    });
}

function columnsOf(block: Float64Array, n: number, states: number): Float64Array[] {
  return Array.from({ length: states }, (_, s) => Float64Array.from({ length: n }, (_, t) => block[t * states + s]!));
}
