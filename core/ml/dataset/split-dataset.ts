import type { Dataset } from '../../ports/learning-modules.ts';
import { chronologicalSplit } from '../splits/chronological.ts';
import { pickValues } from './pick-values.ts';

/** A dataset in three parts, in this order of time. */
export interface DatasetParts {
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
  /** Rows left out between the parts, since their labels reach into the next. */
  readonly purged: number;
}

/**
 * For each row the last one that was already known when its label was: what splits purge by. Rows must be in order of availability.
 * A row counts as reaching every row known up to the moment of its label.
 */
export function labelEnds({ rows, availableAt, labelAt }: Dataset): Int32Array {
  const out = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let low = i;
    let high = rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (availableAt[middle]! <= labelAt[i]!) low = middle + 1;
      else high = middle;
    }
    out[i] = Math.max(i, low - 1);
  }
  return out;
}

/** The rows of a dataset by index. */
export function pickRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  const pick = (column: Float64Array) => pickValues(column, rows);
  return {
    names: dataset.names,
    columns: dataset.columns.map(pick),
    rows: rows.length,
    target: pick(dataset.target),
    availableAt: pick(dataset.availableAt),
    labelAt: pick(dataset.labelAt),
    ...(dataset.weights && { weights: pick(dataset.weights) }),
    ...(dataset.moves && { moves: pick(dataset.moves) }),
    ...(dataset.featureWeights && { featureWeights: dataset.featureWeights }),
  };
}

/** Splits by time, 70/15/15 unless told otherwise; rows whose labels reach into the next part are left out. @throws as chronologicalSplit */
export function splitDataset(
  dataset: Dataset,
  shares?: { readonly train: number; readonly validation: number },
): DatasetParts {
  const { train, validation, test } = chronologicalSplit(labelEnds(dataset), shares);
  return {
    train: pickRows(dataset, train),
    validation: pickRows(dataset, validation),
    test: pickRows(dataset, test),
    purged: dataset.rows - train.length - validation.length - test.length,
  };
}
