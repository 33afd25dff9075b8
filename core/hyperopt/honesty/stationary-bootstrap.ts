import type { Rng } from '../../foundation/rng.ts';

/**
 * Indices of one stationary bootstrap resample (Politis and Romano 1994): blocks of geometric length with the given mean, wrapped around.
 * @param meanBlock mean block length in observations, >= 1 (1 = independent draws)
 */
export function stationaryIndices(
  n: number,
  meanBlock: number,
  rng: Rng,
  out = new Int32Array(n),
): Int32Array<ArrayBuffer> {
  const restart = 1 / Math.max(1, meanBlock);
  let at = 0;
  for (let i = 0; i < n; i++) {
    at = i === 0 || rng.next() < restart ? rng.int(n) : (at + 1) % n;
    out[i] = at;
  }
  return out;
}

/**
 * Mean block length for the stationary bootstrap chosen from the data (Politis and White 2004, corrected by Patton, Politis and White 2009).
 * @returns at least 1 and at most min(3 sqrt(n), n / 3)
 */
export function automaticBlock(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 8) return 1;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  const covariance = (lag: number) => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (values[i]! - mean) * (values[i - lag]! - mean);
    return sum / n;
  };
  const variance = covariance(0);
  if (!(variance > 0)) return 1;
  const runLength = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const maxLag = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + runLength);
  const threshold = 2 * Math.sqrt(Math.log10(n) / n);
  // The smallest lag after which `runLength` autocorrelations in a row mean nothing.
  let last = maxLag;
  for (let m = 0, quiet = 0; m < maxLag; m++) {
    quiet = Math.abs(covariance(m + 1) / variance) < threshold ? quiet + 1 : 0;
    if (quiet === runLength) {
      last = m + 1 - runLength;
      break;
    }
  }
  const width = Math.max(1, Math.min(2 * Math.max(last, 1), maxLag));
  let spectrum = variance;
  let slope = 0;
  for (let lag = 1; lag <= width; lag++) {
    const share = lag / width;
    const taper = share <= 0.5 ? 1 : 2 * (1 - share);
    const c = covariance(lag);
    spectrum += 2 * taper * c;
    slope += 2 * taper * lag * c;
  }
  const block = ((2 * slope * slope) / (2 * spectrum * spectrum)) ** (1 / 3) * n ** (1 / 3);
  return Math.max(1, Math.min(Number.isFinite(block) ? block : 1, Math.ceil(Math.min(3 * Math.sqrt(n), n / 3))));
}
