import type { Cell } from './memory.ts';

/**
 * Sum of the last `n` values, without ever subtracting: the window is the tail of the previous block of n (kept as suffix sums) and the head of
 * the present one. So nothing drifts, zeros sum to exactly 0, and a large value leaves no trace once it is gone. Amortised O(1).
 */
export class WindowSum implements Cell {
  readonly n: number;
  readonly size: number;
  /** [values in the present block, their sum, then n values: raw where written in this block, else suffix sums of the last; then 0] */
  s = new Float64Array(0);

  /** Place in the block or ring: a whole number kept beside the state, where it is not a double. */
  #p = 0;

  constructor(n: number) {
    this.n = n;
    this.size = n + 3;
  }

  load(): void {
    this.#p = this.s[0]! | 0;
  }

  save(): void {
    this.s[0] = this.#p;
  }

  /** Takes a value; returns the sum of the last n (of all so far while there are fewer). */
  push(x: number): number {
    const s = this.s;
    const p = this.#p + 1;
    const head = s[1]! + x;
    s[p + 1] = x;
    const sum = head + s[p + 2]!;
    if (p === this.n) this.#turn();
    else {
      this.#p = p;
      s[1] = head;
    }
    return sum;
  }

  #turn(): void {
    const s = this.s;
    let tail = 0;
    for (let i = this.n + 1; i >= 2; i--) {
      tail += s[i]!;
      s[i] = tail;
    }
    this.#p = 0;
    s[1] = 0;
  }
}

/**
 * Linearly weighted sum of the last `n` values, the newest with weight n, by the same two blocks as `WindowSum`.
 * Meaningful from the n-th value on. Amortised O(1).
 */
export class WindowWeightedSum implements Cell {
  readonly n: number;
  readonly size: number;
  /** [values in the present block, their sum, their weighted sum, plain sum of the window, then n + 1 suffix sums, then n + 1 weighted] */
  s = new Float64Array(0);

  /** Place in the block or ring: a whole number kept beside the state, where it is not a double. */
  #p = 0;

  constructor(n: number) {
    this.n = n;
    this.size = 2 * n + 6;
  }

  load(): void {
    this.#p = this.s[0]! | 0;
  }

  save(): void {
    this.s[0] = this.#p;
  }

  /** The plain sum of the window at the last push. */
  get sum(): number {
    return this.s[3]!;
  }

  push(x: number): number {
    const s = this.s;
    const n = this.n;
    const p = this.#p + 1;
    const head = s[1]! + x;
    const weighted = s[2]! + p * x;
    s[p + 3] = x;
    s[3] = head + s[p + 4]!;
    const result = weighted + (n - p) * head + s[n + p + 5]!;
    if (p === n) this.#turn();
    else {
      this.#p = p;
      s[1] = head;
      s[2] = weighted;
    }
    return result;
  }

  #turn(): void {
    const s = this.s;
    const n = this.n;
    let tail = 0;
    let weighted = 0;
    for (let i = n - 1; i >= 0; i--) {
      tail += s[i + 4]!;
      weighted += tail;
      s[i + 4] = tail;
      s[n + i + 5] = weighted;
    }
    this.#p = 0;
    s[1] = 0;
    s[2] = 0;
  }
}
