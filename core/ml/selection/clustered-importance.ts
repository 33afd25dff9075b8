import { seeded } from '../../foundation/rng.ts';

export interface ClusteredImportance {
  /** Mean rise of the loss when a cluster's features are shuffled together, per cluster. */
  readonly mean: number[];
  readonly deviation: number[];
}

/**
 * Permutation importance of whole clusters (López de Prado 2020, section 6.5): the features of a cluster take the same shuffled order, so
 * that correlated features cannot stand in for each other. `labels[f]` is the cluster of feature f, from 1. Measure it on test rows.
 */
export function clusteredImportance(
  columns: readonly Float64Array[],
  labels: readonly number[],
  {
    loss,
    repeats = 5,
    seed = 0,
  }: {
    readonly loss: (columns: readonly Float64Array[]) => number;
    readonly repeats?: number;
    readonly seed?: number | string;
  },
): ClusteredImportance {
  const base = loss(columns);
  const rows = columns[0]?.length ?? 0;
  const rises = Array.from({ length: Math.max(0, ...labels) }, (_, c) =>
    Array.from({ length: repeats }, (_, r) => {
      const rng = seeded(seed).fork(`${c}/${r}`);
      const order = Int32Array.from({ length: rows }, (_, i) => i);
      for (let i = rows - 1; i > 0; i--) {
        const j = rng.int(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return (
        loss(columns.map((column, f) => (labels[f] === c + 1 ? Float64Array.from(order, (i) => column[i]!) : column))) -
        base
      );
    }),
  );
  const mean = rises.map((values) => values.reduce((sum, v) => sum + v, 0) / values.length);
  const deviation = rises.map((values, c) =>
    Math.sqrt(values.reduce((sum, v) => sum + (v - mean[c]!) ** 2, 0) / values.length),
  );
  return { mean, deviation };
}
