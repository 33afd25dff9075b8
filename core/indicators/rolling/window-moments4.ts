import type { Cell } from './memory.ts';

const HEAD = 10;

/** First four central moments of the last `n` values: `WindowMoments` carried on to third and fourth powers (Pébay 2008). Amortised O(1). */
export class WindowMoments4 implements Cell {
  readonly n: number;
  readonly size: number;
  /** [values in the block, block: mean, m2, m3, m4, window: m2, m3, m4, full blocks seen, spare; then tails of n + 1: mean, m2, m3, m4] */
  s = new Float64Array(0);

  /** Place in the block or ring: a whole number kept beside the state, where it is not a double. */
  #p = 0;
  /** 1 / p for p = 1..n: a division less per row, where its latency is what a row waits for. */
  readonly #inverse: Float64Array;

  constructor(n: number) {
    this.n = n;
    this.#inverse = Float64Array.from({ length: n + 1 }, (_, p) => 1 / p);
    this.size = HEAD + 4 * (n + 1);
  }

  load(): void {
    this.#p = this.s[0]! | 0;
  }

  save(): void {
    this.s[0] = this.#p;
  }

  /** Sums of the second, third and fourth powers of deviations from the window's mean. */
  get m2(): number {
    return this.s[5]!;
  }
  get m3(): number {
    return this.s[6]!;
  }
  get m4(): number {
    return this.s[7]!;
  }

  push(x: number): void {
    const s = this.s;
    const n = this.n;
    const w = n + 1;
    const p = this.#p + 1;
    this.#add(1, 2, 3, 4, x, p);
    s[HEAD + p - 1] = x;
    if (s[8] !== 0 && p < n) {
      const q = n - p;
      const a2 = s[2]!;
      const b2 = s[HEAD + w + p]!;
      const d = (s[HEAD + p]! - s[1]!) * this.#inverse[n]!;
      const dd = d * d;
      s[5] = a2 + b2 + dd * n * p * q;
      s[6] = s[3]! + s[HEAD + 2 * w + p]! + d * dd * n * p * q * (p - q) + 3 * d * (p * b2 - q * a2);
      s[7] =
        s[4]! +
        s[HEAD + 3 * w + p]! +
        dd * dd * n * p * q * (p * p - p * q + q * q) +
        6 * dd * (p * p * b2 + q * q * a2) +
        4 * d * (p * s[HEAD + 2 * w + p]! - q * s[3]!);
    } else {
      s[5] = s[2]!;
      s[6] = s[3]!;
      s[7] = s[4]!;
    }
    if (p === n) this.#turn();
    else this.#p = p;
  }

  /** Adds x as the p-th value to the moments kept at the given places. */
  #add(mean: number, m2: number, m3: number, m4: number, x: number, p: number): void {
    const s = this.s;
    const d = x - s[mean]!;
    const r = d * this.#inverse[p]!;
    const rr = r * r;
    const t = d * r * (p - 1);
    s[m4]! += t * rr * (p * p - 3 * p + 3) + 6 * rr * s[m2]! - 4 * r * s[m3]!;
    s[m3]! += t * r * (p - 2) - 3 * r * s[m2]!;
    s[m2]! += t;
    s[mean]! += r;
  }

  #turn(): void {
    const s = this.s;
    const n = this.n;
    const w = n + 1;
    s.fill(0, 0, 5);
    for (let i = n - 1; i >= 0; i--) {
      this.#add(1, 2, 3, 4, s[HEAD + i]!, n - i);
      s[HEAD + i] = s[1]!;
      s[HEAD + w + i] = s[2]!;
      s[HEAD + 2 * w + i] = s[3]!;
      s[HEAD + 3 * w + i] = s[4]!;
    }
    this.#p = 0;
    s.fill(0, 0, 5);
    s[8] = 1;
  }
}
