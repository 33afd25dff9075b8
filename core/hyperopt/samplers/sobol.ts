import { hash32, seeded } from '../../foundation/rng.ts';
import type { Sampler } from './sampler.ts';
import { SOBOL_DIRECTIONS } from './sobol-directions.ts';

/**
 * Sobol sequence with hash-based Owen scrambling (Owen 1995; Burley, "Practical Hash-based Owen Scrambling", JCGT 2020).
 * Every block of 2^m points puts exactly one point in each of the 2^m equal strata of every dimension.
 * The first 64 dimensions are Sobol's; further ones are seeded uniform draws.
 * @returns point `index` (0-based, below 2^32), values in [0, 1)
 */
export function sobolPoint(index: number, dims: number, seed: string | number): Float64Array {
  const unit = new Float64Array(dims);
  for (let d = 0; d < dims; d++) {
    if (d > SOBOL_DIRECTIONS.length) {
      unit[d] = seeded(hash32(seed, 'sobol', index, d)).next();
      continue;
    }
    const v = directionsOf(d);
    let bits = 0;
    for (let j = 0, rest = index >>> 0; rest !== 0; j++, rest >>>= 1) if (rest & 1) bits ^= v[j]!;
    const scrambled = owenOfReversed(reverseBits(bits), hash32(seed, 'sobol', d));
    // The 21 bits under the scrambled 32 fill the stratum, so that points do not sit on a lattice.
    unit[d] = (reverseBits(scrambled) + (hash32(seed, 'fill', index, d) >>> 11) / 2097152) / 4294967296;
  }
  return unit;
}

/** Quasi-random search over a scrambled Sobol sequence: more even than random draws, best with a power of two trials. */
export function sobolSampler(): Sampler {
  return {
    name: 'sobol',
    options: {},
    start: ({ space, seed }) => ({
      noted() {},
      observed() {},
      suggest: (number) => ({ unit: sobolPoint(number, space.dims.length, seed) }),
    }),
  };
}

const directions: Int32Array[] = [];

function directionsOf(dim: number): Int32Array {
  const known = directions[dim];
  if (known) return known;
  const v = new Int32Array(32);
  const row = dim === 0 ? undefined : SOBOL_DIRECTIONS[dim - 1]!;
  if (!row) for (let j = 0; j < 32; j++) v[j] = 1 << (31 - j);
  else {
    const polynomial = row[0]!;
    const degree = row.length - 1;
    for (let j = 0; j < 32; j++) {
      if (j < degree) v[j] = row[j + 1]! << (31 - j);
      else {
        let x = v[j - degree]! ^ (v[j - degree]! >>> degree);
        for (let k = 1; k < degree; k++) if ((polynomial >>> (degree - k)) & 1) x ^= v[j - k]!;
        v[j] = x;
      }
    }
  }
  directions[dim] = v;
  return v;
}

/** Laine and Karras' permutation: each bit is changed by the bits below it only, which is Owen's scramble of the reversed number. */
function owenOfReversed(x: number, seed: number): number {
  x ^= Math.imul(x, 0x3d20adea);
  x = (x + seed) | 0;
  x = Math.imul(x, (seed >>> 16) | 1);
  x ^= Math.imul(x, 0x05526c56);
  x ^= Math.imul(x, 0x53a22864);
  return x >>> 0;
}

function reverseBits(x: number): number {
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}
