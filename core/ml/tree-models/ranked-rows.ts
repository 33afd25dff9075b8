import { TidegateError } from '../../foundation/errors.ts';
import { pickValues } from '../dataset/pick-values.ts';
import { predictInto } from '../trees/predict.ts';
import type { TreeModel } from '../trees/tree-model.ts';
import type { LearningRows } from './learning-rows.ts';

/** Grades that the labels of one time are told apart by, 0 the worst. */
const GRADES = 5;

/** Rows as ranking learns from them: those of one time together, labels as grades. */
interface RankedRows {
  readonly rows: LearningRows;
  /** Rows of each time, in order. */
  readonly groups: readonly number[];
}

/**
 * The rows of each time at which there are at least two, in order of time, with the place of each label among those of its time as a grade from
 * 0 (lowest) to 4; equal labels have equal grades. So pairs are compared with each other, not with what the whole market did.
 * @throws TidegateError MODEL_DATA where no time has two rows whose labels differ
 */
export function rankedRows(rows: LearningRows): RankedRows {
  const { availableAt, labels } = rows;
  const order = Array.from(labels.keys()).sort((a, b) => availableAt[a]! - availableAt[b]! || a - b);
  const kept: number[] = [];
  const grades: number[] = [];
  const groups: number[] = [];
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && availableAt[order[to]!] === availableAt[order[from]!]) to++;
    const group = order.slice(from, to);
    from = to;
    if (group.length < 2) continue;
    kept.push(...group);
    grades.push(...gradesOf(group.map((i) => labels[i]!)));
    groups.push(group.length);
  }
  if (!grades.some((grade) => grade !== grades[0]))
    throw new TidegateError(
      'MODEL_DATA',
      'there is nothing to rank: no time has rows of two pairs with different labels',
      {
        remedy: 'Train on several pairs at once ("per: all" in a train block), or choose another loss.',
      },
    );
  const pick = (column: Float64Array) => pickValues(column, kept);
  return {
    rows: {
      ...rows,
      columns: rows.columns.map(pick),
      labels: Float64Array.from(grades),
      ...(rows.weights && { weights: pick(rows.weights) }),
      availableAt: pick(availableAt),
      labelAt: pick(rows.labelAt),
    },
    groups,
  };
}

/** Grades of a few values by their mean rank. */
function gradesOf(values: readonly number[]): number[] {
  return values.map((value) => {
    let below = 0;
    let equal = 0;
    for (const other of values) {
      if (other < value) below++;
      if (other === value) equal++;
    }
    return Math.round(((below + (equal - 1) / 2) / (values.length - 1)) * (GRADES - 1));
  });
}

/**
 * Scores of a ranking have no scale of their own. Moves those of a model so that their mean over the rows it learned from is 0.
 * @returns the model and the deviation of its scores on these rows
 */
export function centredScores(
  model: TreeModel,
  { columns, labels }: LearningRows,
): { trees: TreeModel; deviation: number } {
  const rows = labels.length;
  const scores = new Float64Array(rows);
  predictInto(model, columns, scores, 0, rows);
  const mean = scores.reduce((a, b) => a + b, 0) / rows;
  const deviation = Math.sqrt(scores.reduce((sum, s) => sum + (s - mean) ** 2, 0) / rows);
  // In the first tree, where training puts starting values: LightGBM's format has no other place for them.
  const { trees } = model;
  const shifted = (values: Float64Array, { 1: end }: Int32Array) => values.map((v, i) => (i < end! ? v - mean : v));
  const moved = {
    ...trees,
    leafValue: shifted(trees.leafValue, trees.leafStart),
    nodeValue: shifted(trees.nodeValue, trees.nodeStart),
  };
  return { trees: { ...model, trees: moved }, deviation };
}
