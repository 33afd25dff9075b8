import { TidegateError } from '../../foundation/errors.ts';

/** Turns `outputs` raw scores at `out[at..]` into predictions, in place. */
export type OutputTransform = (out: Float64Array, at: number) => void;

const IDENTITY = new Set([
  '',
  'custom',
  'none',
  'null',
  'na',
  'regression',
  'regression_l1',
  'huber',
  'fair',
  'quantile',
  'mape',
  'lambdarank',
  'rank_xendcg',
]);
const EXPONENTIAL = new Set(['poisson', 'gamma', 'tweedie']);

/** Logistic function with slope `k`. */
export function sigmoid(x: number, k = 1): number {
  return 1 / (1 + Math.exp(-k * x));
}

/** A named value in an objective's text: `objectiveParameter('binary sigmoid:2', 'sigmoid')` is 2. */
export function objectiveParameter(objective: string, name: string): number | undefined {
  const word = objective.split(/\s+/).find((part) => part.startsWith(`${name}:`));
  return word === undefined ? undefined : Number(word.slice(name.length + 1));
}

/**
 * How raw scores of an objective (in LightGBM's words) become predictions: probability, class probabilities, mean or the score itself.
 * @throws TREES_OBJECTIVE_UNKNOWN
 */
export function outputTransform(objective: string, outputs: number): OutputTransform | undefined {
  const [name = ''] = objective.trim().split(/\s+/);
  const k = objectiveParameter(objective, 'sigmoid') ?? 1;
  if (name === 'regression' && /\ssqrt(\s|$)/.test(objective))
    return (out, at) => {
      const raw = out[at]!;
      out[at] = Math.sign(raw) * raw * raw;
    };
  if (IDENTITY.has(name)) return undefined;
  if (EXPONENTIAL.has(name))
    return (out, at) => {
      for (let i = 0; i < outputs; i++) out[at + i] = Math.exp(out[at + i]!);
    };
  if (name === 'cross_entropy_lambda')
    return (out, at) => {
      out[at] = Math.log1p(Math.exp(out[at]!));
    };
  if (name === 'binary' || name === 'cross_entropy' || name === 'multiclassova')
    return (out, at) => {
      for (let i = 0; i < outputs; i++) out[at + i] = sigmoid(out[at + i]!, k);
    };
  if (name === 'multiclass') return (out, at) => softmaxInPlace(out, at, outputs);
  if (name === 'shares') return (out, at) => sharesInPlace(out, at, outputs);
  throw new TidegateError('TREES_OBJECTIVE_UNKNOWN', `objective "${objective}" has no known prediction rule`, {
    remedy: 'Predict raw scores, or export the model with a built-in objective.',
  });
}

/** exp(x - max) / sum, over `count` values from `at`. */
export function softmaxInPlace(values: Float64Array, at: number, count: number): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = at; i < at + count; i++) if (values[i]! > top) top = values[i]!;
  let sum = 0;
  for (let i = at; i < at + count; i++) {
    const e = Math.exp(values[i]! - top);
    values[i] = e;
    sum += e;
  }
  for (let i = at; i < at + count; i++) values[i]! /= sum;
}

/** Class votes of a forest, scaled to sum to 1 (equal shares when all are 0). */
function sharesInPlace(values: Float64Array, at: number, count: number): void {
  let sum = 0;
  for (let i = at; i < at + count; i++) {
    if (!(values[i]! > 0)) values[i] = 0;
    sum += values[i]!;
  }
  for (let i = at; i < at + count; i++) values[i] = sum > 0 ? values[i]! / sum : 1 / count;
}
