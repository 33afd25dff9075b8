import type { Cell } from './memory.ts';

/** The value of `n` pushes ago; NaN until there is one. */
export class Delay implements Cell {
  readonly n: number;
  readonly size: number;
  /** [place, pushes so far up to n, ring of n] */
  s = new Float64Array(0);

  /** Place in the ring: a whole number kept beside the state, where it is not a double. */
  #p = 0;

  constructor(n: number) {
    this.n = n;
    this.size = n + 2;
  }

  load(): void {
    this.#p = this.s[0]! | 0;
  }

  save(): void {
    this.s[0] = this.#p;
  }

  push(x: number): number {
    const s = this.s;
    const at = this.#p;
    const old = s[1]! < this.n ? Number.NaN : s[at + 2]!;
    if (s[1]! < this.n) s[1]!++;
    s[at + 2] = x;
    this.#p = at + 1 === this.n ? 0 : at + 1;
    return old;
  }
}

/**
 * Exponential average of weight `alpha`, seeded with the mean of its first `seed` values (1: the first value itself).
 * NaN until seeded; a NaN value is skipped, so that averages of averages can be chained while the inner one warms up.
 */
export class Smoother implements Cell {
  readonly alpha: number;
  readonly seed: number;
  readonly size = 2;
  /** [values seen up to seed, sum and then mean] */
  s = new Float64Array(0);

  constructor(alpha: number, seed: number) {
    this.alpha = alpha;
    this.seed = seed;
  }

  push(x: number): number {
    const s = this.s;
    if (s[0] === this.seed) {
      const next = s[1]! + this.alpha * (x - s[1]!);
      s[1] = next;
      return next;
    }
    if (Number.isNaN(x)) return Number.NaN;
    s[1]! += x;
    s[0]!++;
    if (s[0] !== this.seed) return Number.NaN;
    s[1]! /= this.seed;
    return s[1]!;
  }
}

/** EMA of `n`, alpha 2 / (n + 1), seeded with the mean of its first n values, as TA-Lib does. */
export function emaCell(n: number): Smoother {
  return new Smoother(2 / (n + 1), n);
}

/** EMA of `n` that starts at its first value. */
export function emaFromFirst(n: number): Smoother {
  return new Smoother(2 / (n + 1), 1);
}

/** Wilder's average of `n`, alpha 1 / n, seeded with the mean of its first n values. */
export function wilderCell(n: number): Smoother {
  return new Smoother(1 / n, n);
}

/** Rows until an average of weight alpha has forgotten its seed to 1e-9: (1-alpha)^n <= 1e-12, since differences and quotients of averages magnify their errors. */
export function forget(alpha: number): number {
  return alpha >= 1 ? 0 : Math.ceil(Math.log(1e-12) / Math.log(1 - alpha));
}

/** `forget` for an EMA of n. */
export function forgetEma(n: number): number {
  return forget(2 / (n + 1));
}

/** True range from the previous close; high - low where there is none (`previous` NaN). */
export function trueRange(high: number, low: number, previous: number): number {
  let range = high - low;
  if (Math.abs(high - previous) > range) range = Math.abs(high - previous);
  if (Math.abs(low - previous) > range) range = Math.abs(low - previous);
  return range;
}
