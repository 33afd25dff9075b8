import { TidegateError } from '../../foundation/errors.ts';
import { checkFeatures } from './check-features.ts';
import { pearsonMatrix, spearmanMatrix } from './correlation.ts';

export type Linkage = 'average' | 'ward' | 'single' | 'complete';

/** One merge: the two clusters (a feature, or count + row of an earlier merge), their distance, and the size of the new one. */
export type Merge = readonly [first: number, second: number, distance: number, size: number];

export interface FeatureClusters {
  readonly correlation: readonly (readonly number[])[];
  readonly merges: readonly Merge[];
  /** Cluster of each feature, from 1, by first feature. */
  readonly labels: readonly number[];
  /** One feature per cluster, in order of the clusters: the largest mean |correlation| within it, of equal ones the first. */
  readonly representatives: readonly number[];
}

/**
 * Hierarchical clustering of features at distance sqrt((1 - |correlation|) / 2); clusters are cut where the distance exceeds `threshold`.
 * O(features³). @throws TidegateError SELECTION_DATA, SELECTION_OPTION
 */
export function featureClusters(
  columns: readonly ArrayLike<number>[],
  {
    linkage = 'average',
    threshold,
    isRank = false,
  }: { readonly linkage?: Linkage; readonly threshold: number; readonly isRank?: boolean },
): FeatureClusters {
  checkFeatures(columns, undefined);
  if (!(threshold >= 0))
    throw new TidegateError('SELECTION_OPTION', `threshold is ${threshold}`, {
      remedy: 'Give a distance from 0 to about 0.7.',
    });
  const correlation = isRank ? spearmanMatrix(columns) : pearsonMatrix(columns);
  const merges = linkClusters(
    correlation.map((row, i) => row.map((r, j) => (i === j ? 0 : Math.sqrt(0.5 * (1 - Math.abs(r)))))),
    linkage,
  );
  const labels = cut(merges, columns.length, threshold);
  const representatives = Array.from({ length: Math.max(...labels) }, (_, c) => {
    const members = Array.from(labels.keys()).filter((f) => labels[f] === c + 1);
    const closeness = members.map(
      (f) => members.reduce((sum, g) => sum + Math.abs(correlation[f]![g]!), 0) / members.length,
    );
    const top = Math.max(...closeness);
    return members.find((_, k) => closeness[k]! >= top - 1e-9)!;
  });
  return { correlation, merges, labels, representatives };
}

/** Agglomerates by the Lance-Williams updates. `distances` is a symmetric matrix; Ward treats them as Euclidean. */
export function linkClusters(distances: readonly (readonly number[])[], linkage: Linkage): Merge[] {
  const n = distances.length;
  const d = distances.map((row) => Float64Array.from(row));
  const name = Array.from({ length: n }, (_, i) => i);
  const size = new Float64Array(n).fill(1);
  const alive = Array.from({ length: n }, (_, i) => i);
  const merges: Merge[] = [];
  while (alive.length > 1) {
    let best = [alive[0]!, alive[1]!] as [number, number];
    for (const [k, i] of alive.entries())
      for (const j of alive.slice(k + 1)) if (d[i]![j]! < d[best[0]]![best[1]]!) best = [i, j];
    const [i, j] = best;
    const gap = d[i]![j]!;
    const total = size[i]! + size[j]!;
    merges.push([Math.min(name[i]!, name[j]!), Math.max(name[i]!, name[j]!), gap, total]);
    for (const k of alive) {
      if (k === i || k === j) continue;
      const next = update(linkage, d[i]![k]!, d[j]![k]!, gap, size[i]!, size[j]!, size[k]!);
      d[i]![k] = next;
      d[k]![i] = next;
    }
    size[i] = total;
    name[i] = n + merges.length - 1;
    alive.splice(alive.indexOf(j), 1);
  }
  return merges;
}

function update(linkage: Linkage, a: number, b: number, gap: number, i: number, j: number, k: number): number {
  if (linkage === 'single') return Math.min(a, b);
  if (linkage === 'complete') return Math.max(a, b);
  if (linkage === 'average') return (i * a + j * b) / (i + j);
  return Math.sqrt(((i + k) * a * a + (j + k) * b * b - k * gap * gap) / (i + j + k));
}

function cut(merges: readonly Merge[], features: number, threshold: number): number[] {
  const members: number[][] = Array.from({ length: features }, (_, f) => [f]);
  const owner = Array.from({ length: features }, (_, f) => f);
  for (const [a, b, distance] of merges) {
    const joined = [...members[a]!, ...members[b]!];
    members.push(joined);
    if (distance <= threshold) for (const f of joined) owner[f] = members.length - 1;
  }
  const seen: number[] = [];
  return owner.map((cluster) => {
    if (!seen.includes(cluster)) seen.push(cluster);
    return seen.indexOf(cluster) + 1;
  });
}
