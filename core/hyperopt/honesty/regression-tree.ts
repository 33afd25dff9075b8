import type { Rng } from '../../foundation/rng.ts';

/** A box of the unit cube on which a tree predicts one value. */
export interface LeafBox {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly value: number;
  readonly volume: number;
}

/**
 * Leaves of a regression tree grown on a bootstrap sample until leaves have fewer than `minSplit` rows; each split looks at a random third of
 * the dimensions, at least one (Breiman 2001).
 */
export function treeLeaves(
  x: readonly Float64Array[],
  y: Float64Array,
  dims: number,
  rng: Rng,
  minSplit = 4,
): LeafBox[] {
  const rows = Int32Array.from({ length: y.length }, () => rng.int(y.length));
  const leaves: LeafBox[] = [];
  grow(rows, new Float64Array(dims), new Float64Array(dims).fill(1));
  return leaves;

  function grow(members: Int32Array, low: Float64Array, high: Float64Array): void {
    const split = members.length < minSplit ? undefined : bestSplit(members);
    if (!split) {
      let sum = 0;
      for (const r of members) sum += y[r]!;
      const volume = low.reduce((v, l, d) => v * (high[d]! - l), 1);
      leaves.push({ low, high, value: sum / members.length, volume });
      return;
    }
    const { dim, at } = split;
    const leftHigh = high.slice();
    leftHigh[dim] = at;
    const rightLow = low.slice();
    rightLow[dim] = at;
    grow(
      members.filter((r) => x[r]![dim]! < at),
      low,
      leftHigh,
    );
    grow(
      members.filter((r) => x[r]![dim]! >= at),
      rightLow,
      high,
    );
  }

  function bestSplit(members: Int32Array): { dim: number; at: number } | undefined {
    const tried = Math.max(1, Math.ceil(dims / 3));
    const order = Array.from({ length: dims }, (_, d) => d);
    let best: { dim: number; at: number } | undefined;
    let bestGain = 1e-15;
    for (let t = 0; t < dims && (t < tried || !best); t++) {
      const pick = t + rng.int(dims - t);
      [order[t], order[pick]] = [order[pick]!, order[t]!];
      const dim = order[t]!;
      const sorted = members.slice().sort((a, b) => x[a]![dim]! - x[b]![dim]!);
      let total = 0;
      for (const r of sorted) total += y[r]!;
      let left = 0;
      for (let i = 1; i < sorted.length; i++) {
        left += y[sorted[i - 1]!]!;
        const before = x[sorted[i - 1]!]![dim]!;
        const after = x[sorted[i]!]![dim]!;
        if (before === after) continue;
        const right = total - left;
        const gain = (left * left) / i + (right * right) / (sorted.length - i) - (total * total) / sorted.length;
        if (gain > bestGain) {
          bestGain = gain;
          best = { dim, at: (before + after) / 2 };
        }
      }
    }
    return best;
  }
}
