import { seeded } from '../../foundation/rng.ts';
import { pickValues } from '../dataset/pick-values.ts';
import type { FeatureColumns } from './predict.ts';
import type { TreeModel } from './tree-model.ts';

/** How many splits use each feature. Like LightGBM, splits without gain do not count. */
export function splitImportance(model: TreeModel): Float64Array {
  const out = new Float64Array(model.featureNames.length);
  const { feature, gain } = model.trees;
  for (let i = 0; i < feature.length; i++) if (gain[i]! > 0) out[feature[i]!]!++;
  return out;
}

/** Total improvement of the objective by the splits on each feature. */
export function gainImportance(model: TreeModel): Float64Array {
  const out = new Float64Array(model.featureNames.length);
  const { feature, gain } = model.trees;
  for (let i = 0; i < feature.length; i++) if (gain[i]! > 0) out[feature[i]!]! += gain[i]!;
  return out;
}

export interface PermutationOptions {
  /** Loss of the predictions of some columns; lower is better. */
  readonly loss: (columns: FeatureColumns) => number;
  /** Shuffles of each feature (default 5). */
  readonly repeats?: number;
  readonly seed?: number;
  /** Which row's value each row takes, per feature and repeat, instead of seeded shuffles. */
  readonly permutations?: readonly (readonly ArrayLike<number>[])[];
}

export interface PermutationImportance {
  readonly baseLoss: number;
  /** Rise of the loss, per feature and repeat. */
  readonly increase: readonly (readonly number[])[];
  readonly mean: readonly number[];
  /** Population standard deviation over the repeats. */
  readonly std: readonly number[];
  /** Features by falling mean. */
  readonly ranking: readonly number[];
}

/**
 * Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019): how much worse the loss gets when a feature's values are
 * shuffled among the rows. The columns are not changed; a shuffled copy of one at a time is passed to `loss`.
 */
export function permutationImportance(columns: FeatureColumns, options: PermutationOptions): PermutationImportance {
  const baseLoss = options.loss(columns);
  const rows = columns[0]?.length ?? 0;
  const root = seeded(options.seed ?? 0);
  const shuffle = (f: number, r: number): ArrayLike<number> => {
    const rng = root.fork(`${f}/${r}`);
    const order = Int32Array.from({ length: rows }, (_, i) => i);
    for (let i = rows - 1; i > 0; i--) {
      const j = rng.int(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  };
  const increase = columns.map((column, f) => {
    const orders = options.permutations?.[f] ?? Array.from({ length: options.repeats ?? 5 }, (_, r) => shuffle(f, r));
    return orders.map((order) => {
      const shuffled = pickValues(column, order);
      return options.loss(columns.map((other, g) => (g === f ? shuffled : other))) - baseLoss;
    });
  });
  const mean = increase.map((values) => values.reduce((sum, v) => sum + v, 0) / values.length);
  const std = increase.map((values, f) =>
    Math.sqrt(values.reduce((sum, v) => sum + (v - mean[f]!) ** 2, 0) / values.length),
  );
  const ranking = Array.from(mean.keys()).sort((a, b) => mean[b]! - mean[a]! || a - b);
  return { baseLoss, increase, mean, std, ranking };
}
