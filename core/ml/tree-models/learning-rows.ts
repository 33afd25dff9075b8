import { TidegateError } from '../../foundation/errors.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import { pickValues } from '../dataset/pick-values.ts';

/** What a label is learned as: `auto` takes up to three whole numbers as classes, anything else as a real value. */
export type Task = 'auto' | 'classification' | 'regression';

/** Rows that a tree model learns from: those with a label, classes counted from 0. */
export interface LearningRows {
  readonly columns: readonly Float64Array[];
  readonly labels: Float64Array;
  readonly weights?: Float64Array;
  readonly featureWeights?: Float64Array;
  readonly availableAt: Float64Array;
  readonly labelAt: Float64Array;
  /** The labels that the classes stand for, ascending; empty for a real-valued label. */
  readonly classes: Float64Array;
  /** Weighted standard deviation of a real-valued label (population). */
  readonly deviation: number;
}

/** A middle class with a smaller share of the rows is left out. */
const RARE = 0.01;

/**
 * Picks the rows with a label (and a weight above 0) out of a dataset. Missing features stay NaN. Of three classes, a middle one that has less
 * than 1 % of the rows is left out.
 * @throws TidegateError MODEL_DATA for no features, fewer than `least` rows, infinite values, a constant label, more than 50 classes
 */
export function learningRows(model: string, dataset: Dataset, task: Task, least: number): LearningRows {
  const refuse = (what: string, remedy: string) =>
    new TidegateError('MODEL_DATA', `model "${model}" ${what}`, { remedy });
  if (dataset.columns.length === 0) throw refuse('got no features', 'Name features to learn from.');
  const kept = keptRows(dataset, refuse);
  if (kept.length < Math.max(2, least))
    throw refuse(
      `got ${kept.length} rows with a label, ${Math.max(2, least)} are needed`,
      'Give more history, a shorter horizon, or a smaller minDataInLeaf.',
    );
  // Mostly all rows are kept: a column is then learned from as it is.
  const pick = (column: Float64Array) => (kept.length === column.length ? column : pickValues(column, kept));
  const columns = dataset.columns.map((column, c) => {
    const out = pick(column);
    if (!out.includes(Number.POSITIVE_INFINITY) && !out.includes(Number.NEGATIVE_INFINITY)) return out;
    const bad = out.findIndex((x) => Math.abs(x) === Number.POSITIVE_INFINITY);
    throw refuse(
      `got an infinite "${dataset.names[c]}" in row ${kept[bad]}`,
      'Divide by something that is never zero, or clip the feature.',
    );
  });
  const target = pick(dataset.target);
  const values = distinct(target);
  if (values.length < 2)
    throw refuse(
      `got one label only (${values[0]})`,
      'Use more history, or a smaller threshold in the label: nothing can be learned from one value.',
    );
  const isClasses =
    task === 'classification' || (task === 'auto' && values.length <= 3 && values.every(Number.isInteger));
  if (isClasses && values.length > 50)
    throw refuse(`got ${values.length} different labels`, 'Set task to "regression", or use a direction label.');
  if (isClasses && values.length === 3) {
    // Direction asks up or down; softmax scores of a class of a few rows (closes that did not move at all) run away.
    const middle = values[1]!;
    const count = target.filter((y) => y === middle).length;
    if (count < RARE * target.length)
      return learningRows(
        model,
        { ...dataset, target: dataset.target.map((y) => (y === middle ? Number.NaN : y)) },
        task,
        least,
      );
  }
  const weights = dataset.weights && pick(dataset.weights);
  return {
    columns,
    labels: isClasses ? target.map((y) => values.indexOf(y)) : target,
    ...(weights && { weights }),
    ...(dataset.featureWeights && { featureWeights: dataset.featureWeights }),
    availableAt: pick(dataset.availableAt),
    labelAt: pick(dataset.labelAt),
    classes: isClasses ? values : new Float64Array(0),
    deviation: isClasses ? Number.NaN : deviationOf(target, weights),
  };
}

/** Different values, ascending; -0 is 0. */
function distinct(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  let count = 0;
  for (let i = 0; i < sorted.length; i++)
    if (count === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i]! + 0;
  return sorted.slice(0, count);
}

function keptRows(
  { rows, target, weights, columns, names }: Dataset,
  refuse: (what: string, remedy: string) => TidegateError,
): number[] {
  columns.forEach((column, c) => {
    if (column.length < rows)
      throw refuse(
        `got ${column.length} values of "${names[c]}" for ${rows} rows`,
        'Columns are as long as rows says.',
      );
  });
  const kept: number[] = [];
  for (let i = 0; i < rows; i++) {
    const y = target[i]!;
    if (Number.isNaN(y) || weights?.[i] === 0) continue;
    if (!Number.isFinite(y)) throw refuse(`got an infinite label in row ${i}`, 'Clip the label.');
    kept.push(i);
  }
  return kept;
}

/**
 * The latest `share` of rows by time of availability to validate on, the earlier ones to learn from; earlier rows whose labels reach into the
 * validation rows are in neither part. Null when either part would have fewer than `least` rows.
 */
export function latestRows(
  rows: LearningRows,
  share: number,
  least: number,
): { readonly train: LearningRows; readonly latest: LearningRows } | null {
  const sorted = rows.availableAt.slice().sort();
  const cut = sorted[Math.floor(sorted.length * (1 - share))];
  if (cut === undefined) return null;
  const train = part(rows, (i) => rows.availableAt[i]! < cut && rows.labelAt[i]! < cut);
  const latest = part(rows, (i) => rows.availableAt[i]! >= cut);
  return train.labels.length < least || latest.labels.length < least ? null : { train, latest };
}

function part(rows: LearningRows, isKept: (i: number) => boolean): LearningRows {
  const kept = Array.from(rows.labels.keys()).filter(isKept);
  const pick = (column: Float64Array) => pickValues(column, kept);
  return {
    ...rows,
    columns: rows.columns.map(pick),
    labels: pick(rows.labels),
    ...(rows.weights && { weights: pick(rows.weights) }),
    availableAt: pick(rows.availableAt),
    labelAt: pick(rows.labelAt),
  };
}

function deviationOf(values: Float64Array, weights: Float64Array | undefined): number {
  let total = 0;
  let mean = 0;
  let squares = 0;
  values.forEach((x, i) => {
    const weight = weights ? weights[i]! : 1;
    total += weight;
    const delta = x - mean;
    mean += (weight / total) * delta;
    squares += weight * delta * (x - mean);
  });
  return Math.sqrt(squares / total);
}
