import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { addressOf, scratchNumbers as numbers } from '../../columns/column-memory.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { defineFeature, type FeatureDefinition } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { slotRow } from '../math/simd-code.ts';
import { compileFacts, type FactLoop, MOST_FACTS, ROWS_BEFORE } from './fact-code.ts';
import type { Condition, Fact, Measure, Sum, Term } from './facts.ts';

/** Rows of one call: V8 replaces a function by a faster one between calls. */
const PASS = 4096;
/** Rows of one pass over columns that lie elsewhere and are copied. */
export const BLOCK = 1024;
/** Most sums of one word. */
const MOST_SUMS = 24;
/** Numbers of a word's state: rows since a restart, then its sums. */
export const WORD_STATE = 1 + MOST_SUMS;
const COLUMNS = 4;
/** Slots of the scratch memory: the columns, what is written, sums and masks. */
const [OUT, SUMS] = [slotRow(COLUMNS), slotRow(COLUMNS + 1)];
const LANES = SUMS + 64;
const ALL_LANES = new Float64Array(new BigUint64Array([~0n, ~0n]).buffer);
const FIRST_LANE = new Float64Array(new BigUint64Array([~0n, 0n]).buffer);

/** What a pattern wants of a word: bits of facts. */
export interface Wanted {
  readonly facts: readonly number[];
}

/**
 * Facts of a row that lie in one column, a bit each. Only those are computed that some pattern of the plan wants; it reads only the words that it needs.
 */
export class FactWord {
  readonly definition: FeatureDefinition;
  readonly #facts: Fact[] = [];
  readonly #places = new Map<string, number>();
  readonly #loops = new Map<string, { readonly loop: FactLoop; readonly sums: readonly Sum[] }>();

  constructor(name: string, doc: string) {
    this.definition = defineFeature({
      name,
      doc,
      source: "TA-Lib's candle settings",
      units: 'bits',
      inputs: ['open', 'high', 'low', 'close'],
      outputs: ['word'],
      options: z.object({ facts: z.array(z.int()) }),
      args: [],
      warmup: () => 0,
      lookback: () => ROWS_BEFORE,
      join(a, b) {
        const facts = new Set([...a.facts, ...b.facts]);
        return facts.size === a.facts.length ? a : { facts: [...facts] };
      },
      create: ({ facts }, inputs, [word]) => wordKernel(this, facts, inputs, word!, new Float64Array(WORD_STATE)),
    }).definition;
  }

  /** The bit of a fact, which it gets when it is first asked for. */
  place(fact: Fact): number {
    const known = this.#places.get(fact.key);
    if (known !== undefined) return known;
    const place = this.#facts.length;
    if (place === MOST_FACTS)
      throw new TidegateError('FEATURE_INPUT', `no room for the fact ${fact.key} in ${this.definition.name}`);
    this.#facts.push(fact);
    this.#places.set(fact.key, place);
    return place;
  }

  /** The loop for some facts, and the sums that it carries. */
  loop(places: readonly number[]): { readonly loop: FactLoop; readonly sums: readonly Sum[] } {
    const ordered = [...places].sort((a, b) => a - b);
    const key = ordered.join();
    const known = this.#loops.get(key);
    if (known) return known;
    const sums = new Map<string, Sum>();
    const collect = (term: Term): void => {
      if (term.kind === 'sum') sums.set(term.key, term);
      if ('a' in term) collect(term.a);
      if ('b' in term) collect(term.b);
    };
    const facts = new Map(ordered.map((place) => [place, this.#facts[place]!]));
    for (const { left, right } of facts.values()) for (const side of [left, right]) collect(side);
    if (sums.size > MOST_SUMS)
      throw new TidegateError(
        'FEATURE_INPUT',
        `${this.definition.name} has ${sums.size} sums, of at most ${MOST_SUMS}`,
      );
    const list = [...sums.values()];
    const made = { loop: compileFacts(facts, list), sums: list };
    this.#loops.set(key, made);
    return made;
  }
}

const WORDS: Readonly<Record<Fact['scope'], FactWord>> = {
  candle: new FactWord('candle-facts', 'Facts of a candle by itself and beside its averages'),
  pair: new FactWord('candle-pair-facts', 'Facts of a candle beside those before it'),
  average: new FactWord('candle-average-facts', 'Facts of a candle beside those before it and their averages'),
};

/** The word that a condition's fact lies in. */
export function wordOf({ fact }: Condition): FactWord {
  return WORDS[fact.scope];
}

/** The kernel of a word over any state that has room for it. */
export function wordKernel(
  word: FactWord,
  facts: readonly number[],
  inputs: readonly Column[],
  output: Column,
  state: Float64Array,
): Kernel {
  const { sums, loop } = word.loop(facts);
  /** Rows after a restart from which all sums go on by themselves. */
  const steady = sums.reduce((most, { start }) => Math.max(most, start + 1), 0);
  const places = new Float64Array(COLUMNS);

  /** Writes the words of so many rows whose first lie 16 rows after `places`; returns the rows done. */
  function run(count: number, to: number, lanes: Float64Array): number {
    for (let k = 0; k < sums.length; k++) numbers[SUMS + k] = state[1 + k]!;
    numbers.set(lanes, LANES);
    const done = loop(8 * count, to, places[0]!, places[1]!, places[2]!, places[3]!, 8 * SUMS, 8 * LANES) / 8;
    for (let k = 0; k < sums.length; k++) state[1 + k] = numbers[SUMS + k]!;
    return done;
  }

  /** Where all columns lie in the memory; else a block of them is copied. */
  function inPlace(from: number): number {
    for (let k = 0; k < COLUMNS; k++) {
      const { values, base } = inputs[k]!;
      const address = addressOf(values);
      if (address < 0) return -1;
      places[k] = address + (from - base - ROWS_BEFORE) * 8;
    }
    const address = addressOf(output.values);
    return address < 0 ? -1 : address + (from - output.base) * 8;
  }

  function copy(from: number, to: number): void {
    for (let k = 0; k < COLUMNS; k++) {
      const { values, base } = inputs[k]!;
      const slot = slotRow(k);
      places[k] = 8 * slot;
      const first = Math.max(base, from - ROWS_BEFORE);
      const start = slot + ROWS_BEFORE + first - from;
      numbers.fill(0, slot, start);
      if (to - from > 32) numbers.set(values.subarray(first - base, to - base), start);
      else for (let i = first; i < to; i++) numbers[start + i - first] = values[i - base]!;
    }
  }

  /** So many pairs of rows as come without a NaN; returns the rows done. */
  function pairs(from: number, to: number): number {
    const address = inPlace(from);
    if (address >= 0) return run(Math.min(PASS, to - from) & ~1, address, ALL_LANES);
    const count = Math.min(BLOCK, to - from) & ~1;
    copy(from, from + count);
    const done = run(count, 8 * OUT, ALL_LANES);
    output.values.set(numbers.subarray(OUT, OUT + done), from - output.base);
    return done;
  }

  function one(row: number): void {
    copy(row, row + 1);
    let total = 0;
    for (let k = 0; k < COLUMNS; k++) total += numbers[slotRow(k) + ROWS_BEFORE]!;
    if (Number.isNaN(total)) {
      state.fill(0);
      output.values[row - output.base] = Number.NaN;
      return;
    }
    const k = state[0]!;
    for (let j = 0; j < sums.length; j++) if (sums[j]!.start === k) state[1 + j] = sumAfresh(sums[j]!);
    run(2, 8 * OUT, FIRST_LANE);
    output.values[row - output.base] = numbers[OUT]!;
    state[0] = k + 1;
  }

  return {
    state,
    advance(from, to) {
      for (let row = from; row < to; ) {
        if (state[0]! >= steady && to - row > 1) {
          const done = pairs(row, to);
          state[0]! += done;
          row += done;
          if (done > 0) continue;
        }
        one(row++);
      }
    },
  };
}

/** A sum over its rows, for the row that lies copied in the slots. */
function sumAfresh({ measure, rows, back }: Sum): number {
  let sum = 0;
  for (let q = rows; q > 0; q--) sum += MEASURES[measure](ROWS_BEFORE - back - q);
  return sum;
}

const [O, H, L, C] = [slotRow(0), slotRow(1), slotRow(2), slotRow(3)];
const MEASURES: Readonly<Record<Measure, (at: number) => number>> = {
  body: (at) => Math.abs(numbers[C + at]! - numbers[O + at]!),
  range: (at) => numbers[H + at]! - numbers[L + at]!,
  shadows(at) {
    const [open, close] = [numbers[O + at]!, numbers[C + at]!];
    return numbers[H + at]! - Math.max(open, close) + (Math.min(open, close) - numbers[L + at]!);
  },
};
