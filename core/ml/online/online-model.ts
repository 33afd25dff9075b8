import { TidegateError } from '../../foundation/errors.ts';

/** A linear model that learns row by row. Scale features first: steps suppose sizes near 1. */
export interface OnlineModel {
  /** Moves no state. NaN where a feature is. */
  predict(x: ArrayLike<number>): number;
  /** @throws TidegateError ONLINE_DATA on values that are not finite or a row of another width */
  learn(x: ArrayLike<number>, y: number, weight?: number): void;
  /** Everything it knows, to save and to restore with the maker's `from`. */
  state(): OnlineState;
}

/** A model's numbers, one named array each. */
export type OnlineState = Readonly<Record<string, Float64Array>>;

/** What the target is: 0 or 1 (predictions are probabilities), or a number. */
export type OnlineTask = 'classification' | 'regression';

/** @throws TidegateError ONLINE_DATA */
export function checkRow(x: ArrayLike<number>, y: number, features: number, task: OnlineTask): void {
  if (x.length !== features)
    throw new TidegateError('ONLINE_DATA', `the row has ${x.length} features, the model ${features}`, {
      remedy: 'Give the features that it started with.',
    });
  for (let i = 0; i < features; i++)
    if (!Number.isFinite(x[i]!))
      throw new TidegateError('ONLINE_DATA', `feature ${i} is ${x[i]}`, { remedy: 'Impute or skip such rows.' });
  if (!Number.isFinite(y) || (task === 'classification' && y !== 0 && y !== 1))
    throw new TidegateError('ONLINE_DATA', `the target is ${y}`, {
      remedy: task === 'classification' ? 'Classes are 0 and 1.' : 'Skip rows without a target.',
    });
}

/** @throws TidegateError ONLINE_OPTION unless `value` is a finite number from `least` */
export function checkRate(name: string, value: number, least: number): void {
  if (!(Number.isFinite(value) && value >= least))
    throw new TidegateError('ONLINE_OPTION', `${name} is ${value}`, { remedy: `Give a number from ${least}.` });
}

/** Logistic function without overflow. */
export function logistic(f: number): number {
  return f >= 0 ? 1 / (1 + Math.exp(-f)) : Math.exp(f) / (1 + Math.exp(f));
}
