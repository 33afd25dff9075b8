import type { Rng } from '../../foundation/rng.ts';

/**
 * Groups rows by k-means (k-means++ start, Arthur and Vassilvitskii 2007; at most 15 rounds of Lloyd) on columns scaled by `scale`.
 * Returns the group of each row. Groups may be empty where rows repeat.
 */
export function kMeansGroups(rows: Float64Array, scale: Float64Array, groups: number, rng: Rng): Int32Array {
  const d = scale.length;
  const n = rows.length / d;
  const centres = new Float64Array(groups * d);
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const out = new Int32Array(n);
  const gap = (t: number, g: number) => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += ((rows[t * d + i]! - centres[g * d + i]!) / scale[i]!) ** 2;
    return sum;
  };
  let pick = rng.int(n);
  for (let g = 0; g < groups; g++) {
    centres.set(rows.subarray(pick * d, pick * d + d), g * d);
    let total = 0;
    for (let t = 0; t < n; t++) {
      nearest[t] = Math.min(nearest[t]!, gap(t, g));
      total += nearest[t]!;
    }
    let left = rng.next() * total;
    pick = 0;
    for (; pick < n - 1 && left >= nearest[pick]!; pick++) left -= nearest[pick]!;
  }
  for (let round = 0; round < 15; round++) {
    let moved = 0;
    const counts = new Float64Array(groups);
    const sums = new Float64Array(groups * d);
    for (let t = 0; t < n; t++) {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let g = 0; g < groups; g++) {
        const distance = gap(t, g);
        if (distance < least) {
          least = distance;
          best = g;
        }
      }
      if (out[t] !== best) moved++;
      out[t] = best;
      counts[best]!++;
      for (let i = 0; i < d; i++) sums[best * d + i]! += rows[t * d + i]!;
    }
    for (let k = 0; k < sums.length; k++)
      if (counts[Math.floor(k / d)]! > 0) centres[k] = sums[k]! / counts[Math.floor(k / d)]!;
    if (round > 0 && moved === 0) break;
  }
  return out;
}

/**
 * Groups rows by how far they lie from the mean of late (exponential mean of the squared standardised distance), cut at jittered
 * quantiles: states that differ in spread rather than in place, which k-means cannot see.
 */
export function energyGroups(
  rows: Float64Array,
  mean: Float64Array,
  scale: Float64Array,
  groups: number,
  rng: Rng,
): Int32Array {
  const d = scale.length;
  const n = rows.length / d;
  const energy = new Float64Array(n);
  const keep = 0.8 + 0.18 * rng.next();
  let level = d;
  for (let t = 0; t < n; t++) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += ((rows[t * d + i]! - mean[i]!) / scale[i]!) ** 2;
    level = keep * level + (1 - keep) * sum;
    energy[t] = level;
  }
  const ordered = energy.slice().sort();
  const cuts = Array.from({ length: groups - 1 }, (_, g) => {
    const share = (g + 1 + 0.6 * (rng.next() - 0.5)) / groups;
    return ordered[Math.min(n - 1, Math.floor(share * n))]!;
  });
  return Int32Array.from(energy, (e) => cuts.filter((cut) => e > cut).length);
}
