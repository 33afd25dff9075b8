/** A seeded stream of random numbers. The same seed gives the same numbers on every machine. */
export interface Rng {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** Standard normal (Box-Muller, both values used). */
  normal(): number;
  /** An independent stream named by `key`; does not advance this one. */
  fork(key: string | number): Rng;
}

/** splitmix32's finaliser: a bijection of 32-bit integers with good avalanche. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** 32-bit hash of strings and numbers, in order (FNV-1a over their UTF-16 units, then mixed). */
export function hash32(...parts: readonly (string | number)[]): number {
  let h = 0x811c9dc5;
  for (const part of parts) {
    const text = typeof part === 'number' ? `#${part}` : `$${part}`;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = mix(h);
  }
  return h >>> 0;
}

/**
 * Counter-based draw: uniform in [0, 1), a pure function of its keys, so that restarts and extra draws elsewhere shift nothing.
 * Keys are typically (seed, module name, order id, draw number).
 */
export function drawAt(...keys: readonly (string | number)[]): number {
  const hi = hash32(...keys, 'hi') >>> 5;
  const lo = hash32(...keys, 'lo') >>> 6;
  return (hi * 67108864 + lo) / 9007199254740992;
}

/** xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32 from any integer or string. */
export function seeded(seed: string | number): Rng {
  let z = hash32(seed);
  const word = () => {
    z = (z + 0x9e3779b9) | 0;
    return mix(z);
  };
  let a = word();
  let b = word();
  let c = word();
  let d = word() | 1;
  let spare = Number.NaN;
  const bits = (): number => {
    const r = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return r;
  };
  const next = () => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992;
  return {
    next,
    int: (n) => Math.floor(next() * n),
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      const angle = 2 * Math.PI * next();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    fork: (key) => seeded(hash32(seed, 'fork', key)),
  };
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
