import { seeded } from '../../foundation/rng.ts';

/**
 * Draw `index` of a stream of standard normal vectors in which every `n` successive ones are orthogonal: each alone is normal, together
 * they cover the directions evenly (Wang, Emmerich and Back, "Mirrored Orthogonal Sampling for Covariance Matrix Adaptation Evolution
 * Strategies", 2019, without the mirroring).
 */
export function orthogonalNormal(n: number, index: number, seed: number): Float64Array {
  const rng = seeded(seed).fork(Math.floor(index / n));
  const wanted = index % n;
  const basis: Float64Array[] = [];
  for (let k = 0; k <= wanted; k++) {
    const v = Float64Array.from({ length: n }, () => rng.normal());
    const length = Math.sqrt(dot(v, v));
    for (const b of basis) {
      const share = dot(v, b);
      for (let i = 0; i < n; i++) v[i]! -= share * b[i]!;
    }
    const rest = Math.sqrt(dot(v, v));
    for (let i = 0; i < n; i++) v[i]! /= rest;
    if (k === wanted) return v.map((x) => x * length);
    basis.push(v);
  }
  return basis[wanted]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
