import { TidegateError } from '../../foundation/errors.ts';
import type { Split } from '../splits/split.ts';
import { checkFeatures } from './check-features.ts';

type Columns = readonly ArrayLike<number>[];

/** Importance of each column given, higher is better. */
export type Importance = (columns: Columns, target: ArrayLike<number>) => ArrayLike<number>;

/** Score of a model trained on one part and tested on the other, higher is better. */
export type SplitScore = (
  train: { readonly columns: Columns; readonly target: ArrayLike<number> },
  test: { readonly columns: Columns; readonly target: ArrayLike<number> },
) => number;

export interface EliminationOptions {
  readonly importance: Importance;
  /** Features to keep. */
  readonly keep: number;
  /** Features dropped at a time: a number from 1, or a share of all below 1 (default 1). */
  readonly step?: number;
}

/** `selected` ascending; `ranking[f]` 1 for those kept, higher the earlier a feature was dropped. */
export interface EliminationResult {
  readonly selected: number[];
  readonly ranking: number[];
}

/**
 * Recursive feature elimination (Guyon et al. 2002): fit, drop the least important, repeat. Of equal importances the first column goes.
 * @throws TidegateError SELECTION_DATA, SELECTION_OPTION
 */
export function recursiveElimination(
  columns: Columns,
  target: ArrayLike<number>,
  options: EliminationOptions,
): EliminationResult {
  const { importance, keep, step = 1 } = options;
  checkFeatures(columns, target);
  if (!(Number.isInteger(keep) && keep >= 1 && keep <= columns.length))
    throw new TidegateError('SELECTION_OPTION', `keep is ${keep}`, {
      remedy: `Give a whole number from 1 to ${columns.length}.`,
    });
  if (!(step > 0 && (step < 1 || Number.isInteger(step))))
    throw new TidegateError('SELECTION_OPTION', `step is ${step}`, {
      remedy: 'Give a whole number from 1, or a fraction.',
    });
  const many = step < 1 ? Math.max(1, Math.floor(step * columns.length)) : step;
  const ranking = columns.map(() => 1);
  let left = Array.from(columns.keys());
  while (left.length > keep) {
    const values = importance(
      left.map((f) => columns[f]!),
      target,
    );
    const order = Array.from(left.keys()).sort((a, b) => values[a]! - values[b]!);
    const dropped = new Set(order.slice(0, Math.min(many, left.length - keep)).map((k) => left[k]!));
    left = left.filter((f) => !dropped.has(f));
    for (let f = 0; f < columns.length; f++) if (!left.includes(f)) ranking[f]!++;
  }
  return { selected: left, ranking };
}

export interface EliminationSearchOptions {
  readonly importance: Importance;
  readonly score: SplitScore;
  /** Purged splits: selection that sees test rows is no selection. */
  readonly splits: readonly Split[];
  readonly step?: number;
  /** Fewest features to consider (default 1). */
  readonly least?: number;
}

export interface EliminationSearchResult extends EliminationResult {
  /** Mean score over the splits for each number of features, from `least` on. */
  readonly meanScores: readonly number[];
  /** What each split selected at the chosen number: see `selectionStability`. */
  readonly bySplit: readonly (readonly number[])[];
}

/** Recursive elimination with the number of features chosen by cross-validation; of equal scores, the fewer. */
export function eliminationSearch(
  columns: Columns,
  target: ArrayLike<number>,
  options: EliminationSearchOptions,
): EliminationSearchResult {
  const { importance, score, splits, step = 1, least = 1 } = options;
  checkFeatures(columns, target);
  if (splits.length === 0)
    throw new TidegateError('SELECTION_OPTION', 'there are no splits', { remedy: 'Give at least one.' });
  const counts = Array.from({ length: columns.length - least + 1 }, (_, k) => least + k);
  const perSplit = splits.map((split) => {
    const train = { columns: columns.map((c) => pick(c, split.train)), target: pick(target, split.train) };
    const test = { columns: columns.map((c) => pick(c, split.test)), target: pick(target, split.test) };
    const { ranking } = recursiveElimination(train.columns, train.target, { importance, keep: least, step: 1 });
    const best = (keep: number) => Array.from(ranking.keys()).filter((f) => ranking[f]! <= keep - least + 1);
    const scores = counts.map((keep) => {
      const chosen = best(keep);
      return score(
        { ...train, columns: chosen.map((f) => train.columns[f]!) },
        { ...test, columns: chosen.map((f) => test.columns[f]!) },
      );
    });
    return { best, scores };
  });
  const meanScores = counts.map((_, k) => perSplit.reduce((sum, one) => sum + one.scores[k]!, 0) / splits.length);
  const at = meanScores.indexOf(Math.max(...meanScores));
  const keep = counts[Math.max(0, at)]!;
  return {
    ...recursiveElimination(columns, target, { importance, keep, step }),
    meanScores,
    bySplit: perSplit.map((one) => one.best(keep)),
  };
}

function pick(column: ArrayLike<number>, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (i) => column[i]!);
}
