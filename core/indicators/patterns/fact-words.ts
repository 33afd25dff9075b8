import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { addressOf, scratchNumbers as numbers } from '../../columns/column-memory.ts';
import { defineFeature, type FeatureDefinition } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { slotRow } from '../math/simd-code.ts';
import { CANDLE_COLUMNS, copyCandles, copyReads, isBrokenCandle, SLOTS, sumAfresh } from './candle-slots.ts';
import { compileFacts, type FactLoop, MOST_FACTS, ROWS_BEFORE } from './fact-code.ts';
import { type Condition, type Fact, measured, type Sum, type Term } from './facts.ts';

/** Rows of one call: V8 replaces a function by a faster one between calls. */
const PASS = 4096;
/** Rows of one pass over columns that lie elsewhere and are copied. */
export const BLOCK = 1024;
/** Most sums of one word. */
const MOST_SUMS = 24;
/** Numbers of a word's state: rows since a restart, then its sums. */
export const WORD_STATE = 1 + MOST_SUMS;
/** Slots of the scratch memory after those of the candles: what is written, the sums. */
const [OUT, SUMS] = [slotRow(CANDLE_COLUMNS), slotRow(CANDLE_COLUMNS + 1)];

/** What a pattern wants of a word: bits of facts. */
export interface Wanted {
  readonly facts: readonly number[];
}

/** How some facts of a word are computed. */
interface Computation {
  readonly loop: FactLoop;
  /** The sums that the loop carries. */
  readonly sums: readonly Sum[];
  /** Which rows of each column the loop reads for a row: so many before it. */
  readonly reads: readonly Int32Array[];
}

/** The kernel of a word. */
export interface WordKernel extends Kernel {
  readonly reads: readonly Int32Array[];
  /** Rows after a restart from which no more than `reads` is read. */
  readonly settled: number;
  /** Writes one row whose candles, and before `settled` those before them, lie in the slots; for a caller that has several words. */
  row(row: number): void;
}

/**
 * Facts of a row that lie in one column, a bit each. Only those are computed that some pattern of the plan wants; it reads only the words that it needs.
 */
export class FactWord {
  readonly definition: FeatureDefinition;
  readonly #facts: Fact[] = [];
  readonly #places = new Map<string, number>();
  readonly #loops = new Map<string, Computation>();

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
    if (place === MOST_FACTS) throw new RangeError(`no room for the fact ${fact.key} in ${this.definition.name}`);
    this.#facts.push(fact);
    this.#places.set(fact.key, place);
    return place;
  }

  /** How the facts at some places are computed. */
  computation(places: readonly number[], isAlone = false): Computation {
    const ordered = [...places].sort((a, b) => a - b);
    const key = `${ordered},${isAlone}`;
    const known = this.#loops.get(key);
    if (known) return known;
    const sums = new Map<string, Sum>();
    const reads = { o: new Set([0]), h: new Set([0]), l: new Set([0]), c: new Set([0]) };
    const collect = (term: Term): void => {
      if (term.kind === 'column') reads[term.column].add(term.lag);
      if (term.kind === 'sum') {
        sums.set(term.key, term);
        for (const back of [term.back, term.back + term.rows]) collect(measured(term.measure, back));
      }
      if ('a' in term) collect(term.a);
      if ('b' in term) collect(term.b);
    };
    const facts = new Map(ordered.map((place) => [place, this.#facts[place]!]));
    for (const { left, right } of facts.values()) for (const side of [left, right]) collect(side);
    if (sums.size > MOST_SUMS)
      throw new RangeError(`${this.definition.name} has ${sums.size} sums, of at most ${MOST_SUMS}`);
    const list = [...sums.values()];
    const made = {
      loop: compileFacts(facts, list, isAlone),
      sums: list,
      reads: Object.values(reads).map((lags) => Int32Array.from(lags)),
    };
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
): WordKernel {
  const { sums, loop, reads } = word.computation(facts);
  /** The loop for a row alone. */
  let alone: FactLoop | undefined;
  /** Rows after a restart from which all sums go on by themselves. */
  const steady = sums.reduce((most, { start }) => Math.max(most, start + 1), 0);
  const settled = Math.max(steady, ...reads.flatMap((lags) => [...lags]));
  // Whole numbers, which need no box where they are handed to a loop.
  const columns = new Int32Array(CANDLE_COLUMNS);

  /** Writes the words of so many rows whose first lie 16 rows after `places`; returns the rows done. */
  function run(by: FactLoop, count: number, to: number, places: Int32Array): number {
    for (let k = 0; k < sums.length; k++) numbers[SUMS + k] = state[1 + k]!;
    const done = by(8 * count, to, places[0]!, places[1]!, places[2]!, places[3]!, 8 * SUMS) >> 3;
    for (let k = 0; k < sums.length; k++) state[1 + k] = numbers[SUMS + k]!;
    return done;
  }

  /** Where all columns lie in the memory; else a block of them is copied. */
  function inPlace(from: number): number {
    for (let k = 0; k < CANDLE_COLUMNS; k++) {
      const { values, base } = inputs[k]!;
      const address = addressOf(values);
      if (address < 0) return -1;
      columns[k] = address + (from - base - ROWS_BEFORE) * 8;
    }
    const address = addressOf(output.values);
    return address < 0 ? -1 : address + (from - output.base) * 8;
  }

  /** So many pairs of rows as come without a NaN; returns the rows done. */
  function pairs(from: number, to: number): number {
    const address = inPlace(from);
    if (address >= 0) return run(loop, Math.min(PASS, to - from) & ~1, address, columns);
    const count = Math.min(BLOCK, to - from) & ~1;
    copyCandles(inputs, from, from + count);
    const done = run(loop, count, 8 * OUT, SLOTS);
    output.values.set(numbers.subarray(OUT, OUT + done), from - output.base);
    return done;
  }

  function one(row: number): void {
    if (state[0]! < settled) copyCandles(inputs, row, row + 1);
    else copyReads(inputs, reads, row);
    copied(row);
  }

  function copied(row: number): void {
    if (isBrokenCandle()) {
      state.fill(0);
      output.values[row - output.base] = Number.NaN;
      return;
    }
    const k = state[0]!;
    if (k < steady) for (let j = 0; j < sums.length; j++) if (sums[j]!.start === k) state[1 + j] = sumAfresh(sums[j]!);
    alone ??= word.computation(facts, true).loop;
    run(alone, 2, 8 * OUT, SLOTS);
    output.values[row - output.base] = numbers[OUT]!;
    state[0] = k + 1;
  }

  return {
    state,
    reads,
    settled,
    row: copied,
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
