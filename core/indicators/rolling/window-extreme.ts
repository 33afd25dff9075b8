import type { Cell } from './memory.ts';

/** Largest (sign 1) or smallest (sign -1) of the last `n` values, by the two blocks of `WindowSum`: amortised two comparisons a row. */
export class WindowExtreme implements Cell {
  readonly n: number;
  readonly size: number;
  readonly sign: 1 | -1;
  /** [values in the present block, their extreme, full blocks seen (0 or 1), then n values] */
  s = new Float64Array(0);

  /** Place in the block or ring: a whole number kept beside the state, where it is not a double. */
  #p = 0;

  constructor(n: number, sign: 1 | -1) {
    this.n = n;
    this.sign = sign;
    this.size = n + 3;
  }

  load(): void {
    this.#p = this.s[0]! | 0;
  }

  save(): void {
    this.s[0] = this.#p;
  }

  /** Takes a value; returns the extreme of the last n (of all so far while there are fewer). */
  push(value: number): number {
    const s = this.s;
    const x = value * this.sign;
    const p = this.#p + 1;
    // choices that are no branches: which of two prices is higher is guessed wrong as often as not
    const last = s[1]!;
    const head = p === 1 ? x : x > last ? x : last;
    s[p + 2] = x;
    let best = head;
    if (p === this.n) this.#turn();
    else {
      const tail = s[p + 3]!;
      if (s[2] !== 0) best = tail > head ? tail : head;
      this.#p = p;
      s[1] = head;
    }
    return best * this.sign;
  }

  #turn(): void {
    const s = this.s;
    let best = Number.NEGATIVE_INFINITY;
    for (let i = this.n + 2; i >= 3; i--) {
      const x = s[i]!;
      best = x > best ? x : best;
      s[i] = best;
    }
    this.#p = 0;
    s[1] = 0;
    s[2] = 1;
  }
}

/** Sliding maximum of n. */
export function highest(n: number): WindowExtreme {
  return new WindowExtreme(n, 1);
}

/** Sliding minimum of n. */
export function lowest(n: number): WindowExtreme {
  return new WindowExtreme(n, -1);
}
