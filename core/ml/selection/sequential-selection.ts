import { TidegateError } from '../../foundation/errors.ts';

export interface SequentialOptions {
  /** Score of a set of features (ascending indexes), higher is better: cross-validated on purged splits. */
  readonly score: (features: readonly number[]) => number;
  readonly way: 'forward' | 'backward';
  /** Stop at this many features. */
  readonly keep: number;
  /** Stop before when a step gains less than this (default: go on to `keep`). */
  readonly leastGain?: number;
}

/** Features kept, ascending, and the score after each step. */
export interface SequentialResult {
  readonly selected: number[];
  readonly scores: number[];
}

/** Adds (or drops) the one feature that helps most (or costs least), step by step. Of equal ones the first. @throws TidegateError SELECTION_OPTION */
export function sequentialSelection(features: number, options: SequentialOptions): SequentialResult {
  const { score, way, keep, leastGain = Number.NEGATIVE_INFINITY } = options;
  if (!(Number.isInteger(keep) && keep >= 1 && keep <= features))
    throw new TidegateError('SELECTION_OPTION', `keep is ${keep}`, {
      remedy: `Give a whole number from 1 to ${features}.`,
    });
  const all = Array.from({ length: features }, (_, f) => f);
  let selected = way === 'forward' ? [] : all;
  let last = way === 'forward' ? Number.NEGATIVE_INFINITY : score(all);
  const scores: number[] = [];
  while (way === 'forward' ? selected.length < keep : selected.length > keep) {
    const tried = (way === 'forward' ? all.filter((f) => !selected.includes(f)) : selected).map((f) => {
      const set = way === 'forward' ? [...selected, f].sort((a, b) => a - b) : selected.filter((g) => g !== f);
      return { set, value: score(set) };
    });
    const best = tried.reduce((a, b) => (b.value > a.value ? b : a));
    if (scores.length + (way === 'backward' ? 1 : 0) > 0 && best.value - last < leastGain) break;
    selected = best.set;
    last = best.value;
    scores.push(best.value);
  }
  return { selected, scores };
}
