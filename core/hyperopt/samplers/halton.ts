import { hash32, seeded } from '../../foundation/rng.ts';
import type { Sampler } from './sampler.ts';

/**
 * Halton sequence with every digit permuted at random (Owen, "A randomized Halton algorithm in R", 2017): dimension d counts in the d-th prime.
 * Every block of `prime` points puts one point in each of `prime` equal strata of its dimension.
 * @returns point `index` (0-based), values in [0, 1)
 */
export function haltonPoint(index: number, dims: number, seed: string | number): Float64Array {
  const unit = new Float64Array(dims);
  for (let d = 0; d < dims; d++) {
    const base = primeAt(d);
    let value = 0;
    let scale = 1 / base;
    let rest = index;
    // Digits beyond those of the index are zeros that are permuted too; 2^-53 ends what a double can hold.
    for (let digit = 0; scale > 1e-16; digit++) {
      value += permutation(seed, d, digit, base)[rest % base]! * scale;
      rest = Math.floor(rest / base);
      scale /= base;
    }
    unit[d] = Math.min(value, 1 - 2 ** -53);
  }
  return unit;
}

/** Quasi-random search over a scrambled Halton sequence: even for any number of trials. */
export function haltonSampler(): Sampler {
  return {
    name: 'halton',
    options: {},
    start: ({ space, seed }) => ({
      noted() {},
      observed() {},
      suggest: (number) => ({ unit: haltonPoint(number, space.dims.length, seed) }),
    }),
  };
}

const primes: number[] = [2];

function primeAt(index: number): number {
  for (let n = primes.at(-1)! + 1; primes.length <= index; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes[index]!;
}

const permutations = new Map<string, Uint16Array>();

function permutation(seed: string | number, dim: number, digit: number, base: number): Uint16Array {
  const key = `${typeof seed}${seed}/${dim}/${digit}`;
  const known = permutations.get(key);
  if (known) return known;
  const rng = seeded(hash32(seed, 'halton', dim, digit));
  const order = Uint16Array.from({ length: base }, (_, i) => i);
  for (let i = base - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  if (permutations.size > 50_000) permutations.clear();
  permutations.set(key, order);
  return order;
}
