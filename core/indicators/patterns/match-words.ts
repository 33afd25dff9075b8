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
  /** The bits of `numbers`: low and high half of each. */
  readonly halves: Int32Array;
  readonly value: number;
}

/** How a pattern is found in words. */
export interface MatchSpec {
  /** The first shape last, since later passes go over what earlier ones wrote. */
  readonly tables: readonly Table[];
  /** Most rows before the last at which it looks at a word. */
  readonly before: number;
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
      return { words: all, numbers: table, halves: new Int32Array(bits.buffer), value };
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
  const bits = new Float64Array(1);
  const halves = new Int32Array(bits.buffer);

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

  /** The candles that the rest looks at, by places of one base, which it returns. */
  function align(): number {
    let base = candles[0]!.base;
    for (let k = 1; k < candles.length; k++) base = Math.max(base, candles[k]!.base);
    view.o = placed(candles[0]!, base);
    view.h = placed(candles[1]!, base);
    view.l = placed(candles[2]!, base);
    view.c = placed(candles[3]!, base);
    return base;
  }

  /** Whether a row fits a shape: the same masks and bits as the loop compares. */
  function fits(table: Table, row: number): boolean {
    for (let j = 0; j < table.words.length; j++) {
      const { word, lag } = table.words[j]!;
      const { values, base } = words[word]!;
      bits[0] = values[row - lag - base]!;
      const at = 4 * j;
      if ((halves[0]! & table.halves[at]!) !== table.halves[at + 2]!) return false;
      if ((halves[1]! & table.halves[at + 1]!) !== table.halves[at + 3]!) return false;
    }
    return true;
  }

  /** A row alone, such as a live one: without a call into a loop per shape, and without anything new on the heap. */
  function one(row: number): void {
    const { values, base } = output;
    const word = words[0]!;
    if (Number.isNaN(word.values[row - word.base]!)) {
      state.fill(0);
      values[row - base] = Number.NaN;
      return;
    }
    const k = state[0]!;
    state[0] = k + 1;
    if (k < first) {
      values[row - base] = Number.NaN;
      return;
    }
    let value = 0;
    for (let t = tables.length - 1; t >= 0 && value === 0; t--) if (fits(tables[t]!, row)) value = tables[t]!.value;
    if (follow) {
      const shift = align();
      value = follow(view, row - shift, value, memory);
    }
    if (check && value !== 0) {
      const shift = align();
      if (!check(view, row - shift, value, penetration)) value = 0;
    }
    values[row - base] = k < warmup ? Number.NaN : value;
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
      if (to - from === 1) return one(from);
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

function placed({ values, base }: Column, first: number): Float64Array {
  return base === first ? values : values.subarray(first - base);
}
