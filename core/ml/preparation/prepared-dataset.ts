import type { Dataset } from '../../ports/learning-modules.ts';
import { pickRows } from '../dataset/split-dataset.ts';
import { applySteps } from './preparation-steps.ts';
import type { Transform } from './transform.ts';

type Learned = readonly Pick<Transform, 'name' | 'state'>[];

/**
 * A dataset as a model learns it: columns through learned steps, without rows of which a guard has left nothing. Features that a filter keeps
 * keep their names and weights; principal components have names of their own and no weights.
 */
export function preparedDataset(data: Dataset, steps: readonly Transform[]): Dataset {
  if (steps.length === 0) return data;
  const columns = applySteps(steps, data.columns);
  const left = featuresLeft(steps, data.names.length);
  const { featureWeights, ...rest } = data;
  return ordinary({
    ...rest,
    columns,
    names: left ? left.map((f) => data.names[f]!) : columns.map((_, k) => `component-${k + 1}`),
    ...(left && featureWeights && { featureWeights: Float64Array.from(left, (f) => featureWeights[f]!) }),
  });
}

/** Shares of what a model learned from, of the features before the steps: 0 where a filter dropped one, null for components. */
export function attributedShares(shares: Float64Array | null, steps: Learned, width: number): Float64Array | null {
  const left = shares && featuresLeft(steps, width);
  if (!left) return null;
  const all = new Float64Array(width);
  left.forEach((f, k) => {
    all[f] = shares[k]!;
  });
  return all;
}

/** Which features the columns after the steps are; null where they are features no more. */
function featuresLeft(steps: Learned, width: number): number[] | null {
  let left = Array.from({ length: width }, (_, f) => f);
  for (const { name, state } of steps) {
    if (name === 'principal-components') return null;
    if (state.kept) left = Array.from(state.kept, (k) => left[k]!);
  }
  return left;
}

/** The rows of which a guard has left something to learn from. */
function ordinary(data: Dataset): Dataset {
  const kept: number[] = [];
  for (let i = 0; i < data.rows; i++) if (data.columns.some((column) => !Number.isNaN(column[i]!))) kept.push(i);
  return kept.length === data.rows ? data : pickRows(data, kept);
}
