import { TidegateError } from '../../foundation/errors.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import { pickValues } from '../dataset/pick-values.ts';

/** Mean and deviation of each feature in training: what new rows are scaled by. */
export interface Scaling {
  readonly means: Float64Array;
  /** 1 for a feature that does not vary, so that it is scaled to 0. Over the feature's weight where there is one. */
  readonly deviations: Float64Array;
}

/** Rows ready for a linear model, row-major: features scaled, missing values at their mean (0), rows without a target left out. */
export interface ScaledRows extends Scaling {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
  readonly target: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Scales a dataset to mean 0 and deviation 1 (population, weighted; missing values do not count).
 * @throws TidegateError MODEL_DATA for infinite values, columns of another length, or fewer rows than features + 2
 */
export function scaledRows(model: string, dataset: Dataset): ScaledRows {
  const { columns, names, target } = dataset;
  const width = columns.length;
  const refuse = (what: string, remedy: string): never => {
    throw new TidegateError('MODEL_DATA', `model "${model}" ${what}`, { remedy });
  };
  if (width === 0) refuse('got no features', 'Name features to learn from.');
  columns.forEach((column, c) => {
    if (column.length < dataset.rows)
      refuse(
        `got ${column.length} values of "${names[c]}" for ${dataset.rows} rows`,
        'Columns are as long as rows says.',
      );
    const bad = column.findIndex((x) => x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY);
    if (bad >= 0 && bad < dataset.rows)
      refuse(
        `got an infinite "${names[c]}" in row ${bad}`,
        'Divide by something that is never zero, or clip the feature.',
      );
  });
  const kept: number[] = [];
  for (let i = 0; i < dataset.rows; i++) {
    const y = target[i]!;
    if (Number.isNaN(y) || dataset.weights?.[i] === 0) continue;
    if (!Number.isFinite(y)) refuse(`got an infinite target in row ${i}`, 'Clip the label.');
    kept.push(i);
  }
  if (kept.length < width + 2)
    refuse(
      `got ${kept.length} rows with a target for ${width} features`,
      `Give at least ${width + 2}: more history, a shorter horizon or fewer features.`,
    );
  const weights = Float64Array.from(kept, (i) => dataset.weights?.[i] ?? 1);
  const means = new Float64Array(width);
  const deviations = new Float64Array(width).fill(1);
  const values = new Float64Array(kept.length * width);
  columns.forEach((column, c) => {
    let total = 0;
    let mean = 0;
    let squares = 0;
    kept.forEach((i, r) => {
      const x = column[i]!;
      if (Number.isNaN(x)) return;
      const weight = weights[r]!;
      total += weight;
      const delta = x - mean;
      mean += (weight / total) * delta;
      squares += weight * delta * (x - mean);
    });
    means[c] = mean;
    const deviation = Math.sqrt(squares / total);
    if (deviation > 1e-12 * Math.max(1, Math.abs(mean))) deviations[c] = deviation;
    // A feature that is scaled to less needs a larger, dearer coefficient.
    deviations[c]! /= dataset.featureWeights?.[c] ?? 1;
    kept.forEach((i, r) => {
      const x = column[i]!;
      values[r * width + c] = Number.isNaN(x) ? 0 : (x - mean) / deviations[c]!;
    });
  });
  return {
    rows: kept.length,
    width,
    values,
    target: pickValues(target, kept),
    weights,
    means,
    deviations,
  };
}

/**
 * Linear score of one row: intercept + sum of coefficients times scaled features; missing ones count as their mean.
 * @param coefficients the intercept, then one per feature
 * @returns NaN when every feature is missing
 */
export function linearScore(
  columns: readonly Float64Array[],
  row: number,
  { means, deviations }: Scaling,
  coefficients: Float64Array,
): number {
  let score = coefficients[0]!;
  let known = 0;
  for (let c = 0; c < columns.length; c++) {
    const x = columns[c]![row]!;
    if (Number.isNaN(x)) continue;
    known++;
    score += (coefficients[c + 1]! * (x - means[c]!)) / deviations[c]!;
  }
  return known === 0 ? Number.NaN : score;
}

/** Share of each feature in the sum of absolute scaled coefficients (the intercept left out); equal shares when all are 0. */
export function linearImportance(coefficients: Float64Array): Float64Array {
  const sizes = coefficients.subarray(1).map(Math.abs);
  const sum = sizes.reduce((a, b) => a + b, 0);
  return sizes.map((x) => (sum > 0 ? x / sum : 1 / sizes.length));
}
