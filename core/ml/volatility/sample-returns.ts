import { seeded } from '../../foundation/rng.ts';

/** Seeded percent returns of a GJR process with heavy-tailed errors: for tests and benches. */
export function sampleReturns(count: number, seed: number | string = 1): Float64Array {
  const rng = seeded(seed);
  const out = new Float64Array(count);
  let variance = 1;
  for (let t = 0; t < count; t++) {
    const heavy = rng.next() < 0.1 ? 1.8 : 0.85;
    const e = Math.sqrt(variance) * heavy * rng.normal();
    out[t] = 0.03 + e;
    variance = 0.04 + (e < 0 ? 0.12 : 0.04) * e * e + 0.88 * variance;
  }
  return out;
}
