import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { placeForLoops } from '../../columns/column-memory.ts';
import { defineFeature, type Feature } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { CANDLE_COLUMNS, copyCandles, copyReads } from './candle-slots.ts';
import type { CandleView } from './candle-view.ts';
import { ROWS_BEFORE } from './fact-code.ts';
import { BLOCK, type FactWord, type Wanted, WORD_STATE, wordKernel, wordOf } from './fact-words.ts';
import { conditions } from './facts.ts';
import { type MatchSpec, matchKernel, matchTables, WORDS_BEFORE } from './match-words.ts';

/** What the pattern is worth, then the conditions of its candles (see `conditions`), the last one at the end. */
export type Shape = readonly [value: number, ...candles: string[]];

interface PatternSpec {
  readonly name: string;
  readonly doc: string;
  /** The first that fits gives the value. */
  readonly shapes: readonly Shape[];
  /** What else must hold where a shape fits, `i` being the place of the last candle: for few rows. */
  readonly check?: (v: CandleView, i: number, value: number, penetration: number) => boolean;
  /** Makes the value of a row from that of the shapes, with three numbers to remember. */
  readonly follow?: (v: CandleView, i: number, value: number, memory: Float64Array) => number;
  /** Default penetration, for patterns that have one. */
  readonly penetration?: number;
  /** Rows by which the warm-up exceeds what candles and averages need, as TA-Lib has it. */
  readonly extra?: number;
  /** Rows before the end of the warm-up from which the pattern is followed, for those that remember. */
  readonly prelude?: number;
}

type PatternFeature = Feature<
  readonly ['open', 'high', 'low', 'close'],
  z.ZodObject<{ penetration: z.ZodDefault<z.ZodNumber> }>,
  readonly ['penetration'],
  readonly ['pattern']
>;

/** What is read out of a specification, when it is first needed. */
interface Read {
  readonly match: MatchSpec;
  readonly words: readonly { readonly word: FactWord; readonly wanted: Wanted }[];
}

/** Rows of words that a lone pattern works on: a block and those before it. */
const WINDOW = WORDS_BEFORE + BLOCK;
/** Numbers of a match's state. */
const MATCH_STATE = 4;

function read({ shapes, extra = 0, prelude = 0, check, follow }: PatternSpec): Read {
  const rulesFrom = (first: number) =>
    shapes.map(([value, ...candles]) => ({
      value,
      tests: candles.flatMap((text, k) => conditions(text, candles.length - 1 - k, first)),
    }));
  const reach = rulesFrom(0).flatMap(({ tests }) => tests.map((test) => test.reach));
  const warmup = Math.max(...reach) + extra;
  const first = warmup - prelude;
  const rules = rulesFrom(first);
  const places = new Map<FactWord, Set<number>>();
  for (const test of rules.flatMap(({ tests }) => tests)) {
    const word = wordOf(test);
    places.set(word, (places.get(word) ?? new Set()).add(word.place(test.fact)));
  }
  const words = [...places].map(([word, facts]) => ({ word, wanted: { facts: [...facts] } }));
  const tables = matchTables(rules, [...places.keys()]);
  const before = Math.max(...rules.flatMap(({ tests }) => tests.map(({ lag }) => lag)));
  return { match: { tables, before, warmup, first, check, follow }, words };
}

/**
 * Declares a candlestick pattern under TA-Lib's definition and default candle settings: 0 where it is absent, else ±100 (±80 for touching bodies,
 * ±200 for a confirmation). Equal to TA-Lib on every row after the warm-up, which is NaN here and 0 there. Patterns
 * without penetration ignore that option: theirs only takes 0.
 *
 * The conditions of all patterns are bits of a few words per candle, which a plan computes once for all of them; a pattern compares the words of its candles.
 */
export function definePattern(spec: PatternSpec): PatternFeature {
  let known: Read | undefined;
  const reading = () => {
    known ??= read(spec);
    return known;
  };
  return defineFeature({
    name: spec.name,
    version: 2,
    doc: spec.doc,
    source: `TA-Lib ${spec.name.toUpperCase().replaceAll('-', '')} with default candle settings; S. Nison, T. Bulkowski`,
    units: '0, ±80, ±100 or ±200',
    inputs: ['open', 'high', 'low', 'close'],
    outputs: ['pattern'],
    options: z.object({
      penetration: z
        .number()
        .min(0)
        .max(spec.penetration === undefined ? 0 : 10)
        .default(spec.penetration ?? 0),
    }),
    args: ['penetration'],
    warmup: () => reading().match.warmup,
    lookback: () => ROWS_BEFORE,
    stages: () => reading().words.map(({ word, wanted }) => ({ definition: word.definition, options: { ...wanted } })),
    create({ penetration }, inputs, [output]): Kernel {
      const candles = inputs.slice(0, CANDLE_COLUMNS);
      if (inputs.length === CANDLE_COLUMNS) return alone(reading(), penetration, candles, output!);
      return matchKernel(reading().match, penetration, candles, inputs.slice(CANDLE_COLUMNS), output!);
    },
  });
}

let window: Float64Array | undefined;

/** The pattern with words of its own, for one that is computed outside of a plan. Of them only the last rows are kept, in the state. */
function alone({ match, words }: Read, penetration: number, inputs: readonly Column[], output: Column): Kernel {
  const { before } = match;
  window ??= placeForLoops(3 * WINDOW) ?? new Float64Array(3 * WINDOW);
  const all = window;
  const size = WORD_STATE + before + 1;
  const state = new Float64Array(words.length * size + MATCH_STATE);
  const parts = words.map(({ word, wanted }, k) => {
    const [from, middle, to] = [k * size, k * size + WORD_STATE, (k + 1) * size];
    const last = state.subarray(middle, to);
    const column: Column = { values: last, base: 0 };
    const kernel = wordKernel(word, wanted.facts, inputs, column, state.subarray(from, middle));
    return { kernel, column, last, block: all.subarray(k * WINDOW, (k + 1) * WINDOW) };
  });
  const columns = parts.map(({ column }) => column);
  const found = matchKernel(match, penetration, inputs, columns, output, state.subarray(words.length * size));
  const settled = Math.max(...parts.map(({ kernel }) => kernel.settled));
  const reads = Array.from({ length: CANDLE_COLUMNS }, (_, c) =>
    Int32Array.from(new Set(parts.flatMap(({ kernel }) => [...kernel.reads[c]!]))),
  );

  /** A live row: its candles are copied once for all words, and these are written to the state where it keeps them. */
  function one(row: number): void {
    if (state[0]! < settled) copyCandles(inputs, row, row + 1);
    else copyReads(inputs, reads, row);
    for (let k = 0; k < parts.length; k++) {
      const { column, last, kernel } = parts[k]!;
      for (let q = 0; q < before; q++) last[q] = last[q + 1]!;
      column.values = last;
      column.base = row - before;
      kernel.row(row);
    }
    found.advance(row, row + 1);
  }

  function several(from: number, to: number): void {
    for (let k = 0; k < parts.length; k++) {
      const { column, last, kernel, block } = parts[k]!;
      for (let q = 0; q < before; q++) block[q] = last[q + 1]!;
      column.values = block;
      column.base = from - before;
      kernel.advance(from, to);
      for (let q = 0; q <= before; q++) last[q] = block[to - from - 1 + q]!;
    }
    found.advance(from, to);
  }

  return {
    state,
    advance(from, to) {
      if (to - from === 1) one(from);
      else for (let at = from; at < to; at += BLOCK) several(at, Math.min(to, at + BLOCK));
    },
  };
}
