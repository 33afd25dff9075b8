import { dominatesLosses } from './pareto.ts';

/**
 * Volume between a set of loss vectors and a reference point that is worse than all of them (parts beyond the reference do not count).
 * Two objectives: one sweep. More: slices along the last objective (While et al., HSO), fine for a few dozen points.
 */
export function hypervolume(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): number {
  const m = reference.length;
  const inside = points.filter((p) => {
    for (let i = 0; i < m; i++) if (!(p[i]! < reference[i]!)) return false;
    return true;
  });
  return volume(
    inside.map((p) => Float64Array.from({ length: m }, (_, i) => p[i]!)),
    reference,
    m,
  );
}

function volume(points: readonly Float64Array[], reference: ArrayLike<number>, m: number): number {
  if (points.length === 0) return 0;
  if (m === 1) return reference[0]! - Math.min(...points.map((p) => p[0]!));
  const order = [...points].sort((a, b) => a[m - 1]! - b[m - 1]!);
  if (m === 2) {
    let area = 0;
    let left = reference[0]!;
    for (const [i, p] of order.entries()) {
      left = Math.min(left, p[0]!);
      const next = order[i + 1]?.[1] ?? reference[1]!;
      area += (reference[0]! - left) * (next - p[1]!);
    }
    return area;
  }
  let total = 0;
  let slice: Float64Array[] = [];
  for (const [i, p] of order.entries()) {
    const flat = p.subarray(0, m - 1);
    slice = [...slice.filter((q) => !dominatesLosses(flat, q)), flat];
    const depth = (order[i + 1]?.[m - 1] ?? reference[m - 1]!) - p[m - 1]!;
    if (depth > 0) total += depth * volume(slice, reference, m - 1);
  }
  return total;
}
