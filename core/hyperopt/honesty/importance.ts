import { seeded } from '../../foundation/rng.ts';
import type { Space } from '../space/space.ts';
import type { SeenTrial } from '../trial.ts';
import { type LeafBox, treeLeaves } from './regression-tree.ts';

export interface ImportanceOptions {
  readonly trees?: number;
  readonly seed?: string | number;
  /** Which objective; default the first. */
  readonly objective?: number;
}

/** Share of the loss's variance over the whole space that one parameter explains by itself. */
export interface Importance {
  readonly name: string;
  /** Share among the parameters' own effects; they sum to 1 (all zero where nothing explains anything). */
  readonly share: number;
  /** Fraction of all variance; what the sum lacks to 1 are interactions. */
  readonly ofVariance: number;
}

/**
 * Functional analysis of variance over a random forest (fANOVA; Hutter, Hoos and Leyton-Brown 2014): the forest's variance over the unit cube
 * split exactly into the parameters' own effects. Inactive conditional parameters count as the middle of their range.
 * @returns most important first; empty below 4 completed trials
 */
export function importances(space: Space, trials: readonly SeenTrial[], options: ImportanceOptions = {}): Importance[] {
  const { trees = 64, seed = 0, objective = 0 } = options;
  const done = trials.filter((t) => t.state === 'complete');
  if (done.length < 4) return [];
  const x = done.map((t) => t.unit.map((u) => (Number.isNaN(u) ? 0.5 : u)));
  const y = Float64Array.from(done, (t) => t.losses[objective]!);
  const rng = seeded(seed).fork('importance');
  const dims = space.dims.length;
  const shares = new Float64Array(dims);
  let counted = 0;
  for (let t = 0; t < trees; t++) {
    const leaves = treeLeaves(x, y, dims, rng);
    const mean = leaves.reduce((s, l) => s + l.volume * l.value, 0);
    const total = leaves.reduce((s, l) => s + l.volume * (l.value - mean) ** 2, 0);
    if (!(total > 0)) continue;
    counted++;
    for (let d = 0; d < dims; d++) shares[d]! += ownVariance(leaves, d, mean) / total;
  }
  const ofVariance = shares.map((s) => (counted > 0 ? s / counted : 0));
  const sum = ofVariance.reduce((a, b) => a + b, 0);
  return space.dims
    .map((dim, d) => ({ name: dim.name, share: sum > 0 ? ofVariance[d]! / sum : 0, ofVariance: ofVariance[d]! }))
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
}

/** Variance of the tree's mean as a function of one coordinate: the mean is a step function between the leaves' edges. */
function ownVariance(leaves: readonly LeafBox[], dim: number, mean: number): number {
  const edges = [...new Set(leaves.flatMap((l) => [l.low[dim]!, l.high[dim]!]))].sort((a, b) => a - b);
  const sums = new Float64Array(edges.length);
  const indexOf = new Map(edges.map((e, i) => [e, i]));
  for (const leaf of leaves) {
    const width = leaf.high[dim]! - leaf.low[dim]!;
    const weight = (leaf.volume / width) * leaf.value;
    sums[indexOf.get(leaf.low[dim]!)!]! += weight;
    sums[indexOf.get(leaf.high[dim]!)!]! -= weight;
  }
  let variance = 0;
  let level = 0;
  for (let i = 0; i < edges.length - 1; i++) {
    level += sums[i]!;
    variance += (edges[i + 1]! - edges[i]!) * (level - mean) ** 2;
  }
  return variance;
}
