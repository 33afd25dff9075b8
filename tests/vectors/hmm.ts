import { fitHmm } from '../../core/ml/regimes/fit-hmm.ts';
import {
  decodeHmm,
  filterHmm,
  type GaussianHmm,
  type HmmReading,
  nextStates,
  smoothHmm,
} from '../../core/ml/regimes/hmm.ts';
import { reorderStates } from '../../core/ml/regimes/order-states.ts';
import type { VectorCase, Verdict } from './types.ts';

type Rows = readonly (readonly number[])[];

function evaluateCase(c: VectorCase): unknown {
  const p = c.params as unknown as {
    covariance_type: string;
    startprob: number[];
    transmat: number[][];
    means: number[][];
    covars: number[][][] | number[][];
  };
  const columns = columnsOf((c.input as { X: Rows }).X);
  const model: GaussianHmm = {
    states: p.startprob.length,
    dims: columns.length,
    covarianceKind: p.covariance_type === 'full' ? 'full' : 'diagonal',
    start: Float64Array.from(p.startprob),
    transition: Float64Array.from(p.transmat.flat()),
    means: Float64Array.from(p.means.flat()),
    covariances: Float64Array.from(p.covars.flat(2) as number[]),
  };
  const filtered = filterHmm(model, columns);
  const decoded = decodeHmm(model, columns);
  const last = filtered.probabilities.map((column) => column.at(-1)!);
  return {
    loglik: filtered.logLikelihood,
    smoothed: rowsOf(smoothHmm(model, columns)),
    filtered: rowsOf(filtered),
    viterbi_loglik: decoded.logLikelihood,
    viterbi_path: Array.from(decoded.path),
    next_state_prob: Array.from(nextStates(model, last)),
  };
}

function fitCase(c: VectorCase): Verdict {
  const p = c.params as unknown as { n_states: number; covariance_type: string; starts: number };
  const { X, true_states } = c.input as { X: Rows; true_states?: readonly number[] };
  const expected = c.expected as { loglik: number; path_accuracy?: number };
  const columns = columnsOf(X);
  const covarianceKind = p.covariance_type === 'full' ? 'full' : 'diagonal';
  const fit = fitHmm(columns, { states: p.n_states, covarianceKind, restarts: p.starts, seed: 1 });
  const order = Array.from({ length: p.n_states }, (_, s) => s).sort(
    (a, b) => fit.model.means[a * columns.length]! - fit.model.means[b * columns.length]!,
  );
  const model = reorderStates(fit.model, order);
  const { path } = decodeHmm(model, columns);
  const accuracy = true_states ? bestAccuracy(path, true_states, p.n_states) : Number.NaN;
  const wrong: string[] = [];
  if (!(fit.logLikelihood >= expected.loglik - 0.5)) wrong.push(`loglik ${fit.logLikelihood} below ${expected.loglik}`);
  if (expected.path_accuracy !== undefined && !(accuracy >= expected.path_accuracy - 0.02))
    wrong.push(`accuracy ${accuracy} below ${expected.path_accuracy}`);
  const matrix = (values: Float64Array, width: number) =>
    Array.from({ length: p.n_states }, (_, s) => Array.from(values.slice(s * width, (s + 1) * width)));
  const computed = {
    loglik: fit.logLikelihood,
    means_sorted_by_first: matrix(model.means, columns.length),
    startprob: Array.from(model.start),
    transmat: matrix(model.transition, p.n_states),
    path_accuracy: accuracy,
  };
  return { computed, passed: wrong.length === 0, ...(wrong.length > 0 && { why: wrong.join('; ') }) };
}

/** Share of rows in the right state under the best renaming of states. */
function bestAccuracy(path: Int32Array, truth: readonly number[], states: number): number {
  const names = permutations(Array.from({ length: states }, (_, s) => s));
  return Math.max(
    ...names.map((name) => path.reduce((sum, s, t) => sum + (name[s] === truth[t] ? 1 : 0), 0) / path.length),
  );
}

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

function columnsOf(X: Rows): Float64Array[] {
  return X[0]!.map((_, j) => Float64Array.from(X, (row) => row[j]!));
}

function rowsOf(reading: HmmReading): number[][] {
  return Array.from(reading.probabilities[0]!, (_, t) => reading.probabilities.map((column) => column[t]!));
}

/** Cases of hmm.json by their `kind`. */
export const handlers: Record<string, (c: VectorCase) => unknown> = { evaluate: evaluateCase, fit: fitCase };
