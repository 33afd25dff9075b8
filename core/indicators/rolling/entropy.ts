import { z } from 'zod';
import { period } from '../feature.ts';
import { type Cell, Slots } from './memory.ts';
import { defineRows } from './row-feature.ts';
import { WindowSum } from './window-sum.ts';

/** Counts of `kinds` symbols over the last `n`, and their entropy from a table of c ln c: exact, nothing accumulates. */
class SymbolCounts implements Cell {
  readonly n: number;
  readonly kinds: number;
  readonly size: number;
  readonly #table: Float64Array;
  readonly #greatest: number;
  /** [place in the ring, held, counts of each kind, ring] */
  s = new Float64Array(0);

  constructor(n: number, kinds: number) {
    this.n = n;
    this.kinds = kinds;
    this.size = 2 + kinds + n;
    this.#greatest = Math.log(kinds);
    this.#table = Float64Array.from({ length: n + 1 }, (_, c) => (c > 0 ? (c / n) * Math.log(c / n) : 0));
  }

  push(symbol: number): void {
    const s = this.s;
    const at = s[0]!;
    const slot = 2 + this.kinds + at;
    if (s[1]! < this.n) s[1]!++;
    else s[2 + s[slot]!]!--;
    s[slot] = symbol;
    s[2 + symbol]!++;
    s[0] = at + 1 === this.n ? 0 : at + 1;
  }

  /** Entropy as a share of the greatest possible; meaningful once n symbols are held. */
  entropy(): number {
    let sum = 0;
    for (let j = 0; j < this.kinds; j++) sum -= this.#table[this.s[2 + j]!]!;
    return Math.max(0, Math.min(1, sum / this.#greatest));
  }
}

/**
 * Shannon entropy of changes sorted into seven classes by their size against the mean absolute change of the window (edges ±1/3, ±1, ±2), as a share of
 * ln 7: 1 for evenly spread, 0 for always the same class.
 */
export const entropy = defineRows({
  name: 'entropy',
  doc: 'Shannon entropy of the sizes of changes',
  source: '-sum(p ln p) / ln 7 over classes of x - x[1]; Shannon 1948',
  units: '0..1',
  inputs: ['x'],
  outputs: ['entropy'],
  options: z.object({ period: period(2, 100) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => 2 * o.period,
  rows({ period: n }, memory) {
    const counts = memory.own(new SymbolCounts(n, 7));
    const sizes = memory.own(new WindowSum(n));
    const m = memory.own(new Slots(1));
    return (k, x) => {
      const change = x - m.s[0]!;
      m.s[0] = x;
      if (k === 0) return Number.NaN;
      const mean = sizes.push(Math.abs(change)) / Math.min(k, n);
      const u = mean > 0 ? change / mean : 0;
      const size = Math.abs(u);
      const rank = (size >= 1 / 3 ? 1 : 0) + (size >= 1 ? 1 : 0) + (size >= 2 ? 1 : 0); // no branch to guess
      counts.push(u < 0 ? 3 - rank : 3 + rank);
      return k < n ? Number.NaN : counts.entropy();
    };
  },
});

/** Permutation entropy of order 3: how evenly the six orderings of three neighbouring values occur, as a share of ln 6. Ties rank by time. */
export const permutationEntropy = defineRows({
  name: 'permutation-entropy',
  doc: 'Permutation entropy of order 3',
  source: '-sum(p ln p) / ln 6 over orderings of three values; Bandt and Pompe 2002',
  units: '0..1',
  inputs: ['x'],
  outputs: ['entropy'],
  options: z.object({ period: period(2, 100) }),
  args: ['period'],
  warmup: (o) => o.period + 1,
  rows({ period: n }, memory) {
    const counts = memory.own(new SymbolCounts(n, 6));
    const m = memory.own(new Slots(2));
    return (k, c) => {
      const s = m.s;
      const a = s[1]!;
      const b = s[0]!;
      s[1] = b;
      s[0] = c;
      if (k < 2) return Number.NaN;
      counts.push(a <= b ? (b <= c ? 0 : a <= c ? 1 : 2) : a <= c ? 3 : b <= c ? 4 : 5);
      return k < n + 1 ? Number.NaN : counts.entropy();
    };
  },
});
