import type { Cell } from './memory.ts';

const HEAD = 8;

/**
 * Mean and sum of squared deviations of the last `n` values: Welford (Technometrics 1962) within the two halves of the window, joined by
 * Chan, Golub and LeVeque's formula (1979). Nothing is subtracted out, so there is no drift and `m2` is never negative; equal values
 * give exactly 0. Means come from sums of distances to one value of the window, which is a shorter chain of additions than Welford's own. Amortised O(1).
 */
export class WindowMoments implements Cell {
  readonly n: number;
  readonly size: number;
  /**
   * [values in the present block, sum of their distances to its first, m2, window mean, window m2, full blocks seen (0 or 1), the block's first, mean distance,
   * then n + 1 tail means, n + 1 tail m2]
   */
  s = new Float64Array(0);

  /** Place in the block or ring: a whole number kept beside the state, where it is not a double. */
  #p = 0;
  /** 1 / p for p = 1..n: a division less per row, where its latency is what a row waits for. */
  readonly #inverse: Float64Array;

  constructor(n: number) {
    this.n = n;
    this.#inverse = Float64Array.from({ length: n + 1 }, (_, p) => 1 / p);
    this.size = HEAD + 2 * (n + 1);
  }

  load(): void {
    this.#p = this.s[0]! | 0;
  }

  save(): void {
    this.s[0] = this.#p;
  }

  /** Mean of the window at the last push. */
  get mean(): number {
    return this.s[3]!;
  }

  /** Sum of squared deviations from the mean at the last push. */
  get m2(): number {
    return this.s[4]!;
  }

  push(x: number): void {
    const s = this.s;
    const n = this.n;
    const p = this.#p + 1;
    if (p === 1) s[6] = x;
    const first = s[6]!;
    const d = x - first;
    const sum = s[1]! + d;
    const rest = sum * this.#inverse[p]!;
    const m2 = s[2]! + (d - s[7]!) * (d - rest);
    const mean = first + rest;
    s[HEAD + p - 1] = x;
    if (s[5] !== 0 && p < n) {
      const share = (n - p) * this.#inverse[n]!;
      const gap = s[HEAD + p]! - mean;
      s[3] = mean + gap * share;
      s[4] = m2 + s[HEAD + n + 1 + p]! + gap * gap * p * share;
    } else {
      s[3] = mean;
      s[4] = m2;
    }
    if (p === n) this.#turn();
    else {
      this.#p = p;
      s[1] = sum;
      s[2] = m2;
      s[7] = rest;
    }
  }

  #turn(): void {
    const s = this.s;
    const n = this.n;
    const inverse = this.#inverse;
    const last = s[HEAD + n - 1]!;
    let sum = 0;
    let mean = 0;
    let m2 = 0;
    for (let i = n - 1; i >= 0; i--) {
      const d = s[HEAD + i]! - last;
      sum += d;
      const next = sum * inverse[n - i]!;
      m2 += (d - mean) * (d - next);
      mean = next;
      s[HEAD + i] = last + mean;
      s[HEAD + n + 1 + i] = m2;
    }
    this.#p = 0;
    s[1] = s[2] = s[7] = 0;
    s[5] = 1;
  }
}
