import type { Column } from '../../columns/column.ts';
import { addressOf, scratchNumbers as numbers } from '../../columns/column-memory.ts';
import type { Kernel } from '../kernel.ts';
import { slotRow } from '../math/simd-code.ts';
import { CandleView } from './candle-view.ts';
import { matchLoop } from './fact-code.ts';
import { BLOCK, type FactWord, wordOf } from './fact-words.ts';
import type { Condition } from './facts.ts';

/** Rows of words that a pattern may look back to. */
export const WORDS_BEFORE = 8;
const PASS = 4096;
/** Rows of one call during the warm-up, which are looked at one by one. */
const WARMING = 32;
/** Slots of the scratch memory: up to three words, what is written, the table. */
const [OUT, TABLE] = [slotRow(3), slotRow(4)];

/** One shape: which words at which candles, and the masks and bits that the loop wants of them, then the value. */
interface Table {
  readonly words: readonly { readonly word: number; readonly lag: number }[];
  readonly numbers: Float64Array;
}

/** How a pattern is found in words. */
export interface MatchSpec {
  /** The first shape last, since later passes go over what earlier ones wrote. */
  readonly tables: readonly Table[];
  readonly warmup: number;
  /** Rows after a restart from which it is followed. */
  readonly first: number;
  readonly check: ((v: CandleView, i: number, value: number, penetration: number) => boolean) | undefined;
  readonly follow: ((v: CandleView, i: number, value: number, memory: Float64Array) => number) | undefined;
}

/** What the loop compares, of conditions whose facts have their bits. */
export function matchTables(
  rules: readonly { readonly value: number; readonly tests: readonly Condition[] }[],
  words: readonly FactWord[],
): Table[] {
  return rules
    .map(({ value, tests }): Table => {
      const found = new Map<string, { word: number; lag: number; mask: bigint; want: bigint }>();
      for (const test of tests) {
        const word = wordOf(test);
        const key = `${word.definition.name},${test.lag}`;
        const one = found.get(key) ?? { word: words.indexOf(word), lag: test.lag, mask: 0n, want: 0n };
        const bit = 1n << BigInt(word.place(test.fact));
        one.mask |= bit;
        if (test.holds) one.want |= bit;
        found.set(key, one);
      }
      const all = [...found.values()];
      const bits = new BigUint64Array(2 * all.length + 1);
      for (const [k, { mask, want }] of all.entries()) bits.set([mask, want], 2 * k);
      const table = new Float64Array(bits.buffer);
      table[2 * all.length] = value;
      return { words: all, numbers: table };
    })
    .reverse();
}

/** The kernel of a pattern over the words of its candles. State: rows since a restart, then what it remembers. */
export function matchKernel(
  { tables, warmup, first, check, follow }: MatchSpec,
  penetration: number,
  candles: readonly Column[],
  words: readonly Column[],
  output: Column,
  state: Float64Array = new Float64Array(4),
): Kernel {
  const loops = tables.map((table, k) => matchLoop(table.words.length, k === 0));
  const view = new CandleView();
  const memory = state.subarray(1, 4);
  /** Address of row 0 of each word's column. */
  const origins = new Float64Array(words.length);

  /** Writes the shapes' values of an even number of rows; true when a candle among them is NaN. */
  function passes(from: number, count: number, to: number): boolean {
    let isBroken = false;
    for (let k = 0; k < tables.length; k++) {
      const table = tables[k]!;
      const { length } = table.numbers;
      for (let j = 0; j < length; j++) numbers[TABLE + j] = table.numbers[j]!;
      for (let j = 0; j < table.words.length; j++) {
        const { word, lag } = table.words[j]!;
        numbers[TABLE + length + j] = origins[word]! + 8 * (from - lag);
      }
      if (loops[k]!(8 * count, to, origins[0]! + 8 * from, 8 * TABLE) === 1) isBroken = true;
    }
    return isBroken;
  }

  function inPlace(): number {
    for (let k = 0; k < words.length; k++) {
      const { values, base } = words[k]!;
      const address = addressOf(values);
      if (address < 0) return -1;
      origins[k] = address - 8 * base;
    }
    return addressOf(output.values);
  }

  function copied(from: number, to: number): boolean {
    for (let k = 0; k < words.length; k++) {
      const { values, base } = words[k]!;
      const begin = Math.max(base, from - WORDS_BEFORE);
      const start = slotRow(k) + begin - from + WORDS_BEFORE;
      numbers.set(values.subarray(begin - base, to - base), start);
      origins[k] = 8 * (slotRow(k) + WORDS_BEFORE - from);
    }
    const isBroken = passes(from, (to - from + 1) & ~1, 8 * OUT);
    output.values.set(numbers.subarray(OUT, OUT + to - from), from - output.base);
    return isBroken;
  }

  function align(): number {
    const base = candles.reduce((most, c) => Math.max(most, c.base), 0);
    const place = (c: Column) => (c.base === base ? c.values : c.values.subarray(base - c.base));
    view.o = place(candles[0]!);
    view.h = place(candles[1]!);
    view.l = place(candles[2]!);
    view.c = place(candles[3]!);
    return base;
  }

  /** What the shapes alone do not say. */
  function finish(from: number, to: number, base: number): void {
    const { values, base: shift } = output;
    if (follow) for (let i = from; i < to; i++) values[i - shift] = follow(view, i - base, values[i - shift]!, memory);
    if (!check) return;
    for (let i = from; i < to; i++) {
      const value = values[i - shift]!;
      if (value !== 0 && !check(view, i - base, value, penetration)) values[i - shift] = 0;
    }
  }

  /** Row by row: warm-up, and what follows a NaN. */
  function slowly(from: number, to: number, base: number): void {
    const [word] = words;
    for (let row = from; row < to; row++) {
      const bits = word!.values[row - word!.base]!;
      if (Number.isNaN(bits)) {
        state.fill(0);
        output.values[row - output.base] = Number.NaN;
        continue;
      }
      const k = state[0]!;
      if (k >= first) finish(row, row + 1, base);
      if (k < warmup) output.values[row - output.base] = Number.NaN;
      state[0] = k + 1;
    }
  }

  return {
    state,
    advance(from, to) {
      const base = check || follow ? align() : 0;
      const address = inPlace();
      for (let at = from; at < to; ) {
        const most = state[0]! < warmup ? WARMING : PASS;
        const whole = address < 0 ? 0 : Math.min(most, to - at) & ~1;
        const end = whole > 0 ? at + whole : Math.min(to, at + BLOCK);
        const isBroken = whole > 0 ? passes(at, whole, address + 8 * (at - output.base)) : copied(at, end);
        if (isBroken || state[0]! < warmup) slowly(at, end, base);
        else {
          finish(at, end, base);
          state[0]! += end - at;
        }
        at = end;
      }
    },
  };
}
