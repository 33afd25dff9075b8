import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, type Feature } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { type Cell, Memory, Slots } from '../rolling/memory.ts';
import { compiledKernel } from '../rolling/row-kernels.ts';
import { CANDLE_SETTINGS, type CandleSetting, CandleThreshold, CandleView, thresholdText } from './candle-view.ts';

/** What a pattern's maker gets: the candles, thresholds to ask for, cells of its own and its options. */
export interface PatternParts {
  readonly v: CandleView;
  /** Threshold of `setting` for the candle `shift` rows back. */
  threshold(setting: CandleSetting, shift: number): CandleThreshold;
  own<C extends Cell>(cell: C): C;
  /** Depth to which the last candle must reach into the first body, as a share of it; 0 for patterns without it. */
  readonly penetration: number;
}

interface PatternSpec {
  readonly name: string;
  readonly doc: string;
  /** Rows of the pattern before the last. */
  readonly candles: number;
  /** Default penetration, for patterns that have one. */
  readonly penetration?: number;
  /** Rows by which the warm-up exceeds what candles and thresholds need, as TA-Lib has it. */
  readonly extra?: number;
  /** Rows before the end of the warm-up from which the pattern is followed, for those that remember. */
  readonly prelude?: number;
  /** The value of the row at place `i`: 0 or the pattern's sign and strength. */
  readonly make: (parts: PatternParts) => (i: number) => number;
}

type PatternFeature = Feature<
  readonly ['open', 'high', 'low', 'close'],
  z.ZodObject<{ penetration: z.ZodDefault<z.ZodNumber> }>,
  readonly ['penetration'],
  readonly ['pattern']
>;

/**
 * Declares a candlestick pattern under TA-Lib's definition and default candle settings: 0 where it is absent, else ±100 (±80 for touching bodies,
 * ±200 for a confirmation). Equal to TA-Lib on every row after the warm-up, which is NaN here and 0 there. Patterns
 * without penetration ignore that option: theirs only takes 0.
 */
export function definePattern(spec: PatternSpec): PatternFeature {
  const probe = partsOf(spec, spec.penetration ?? 0).thresholds;
  const reach = probe.map((t) => t.shift + CANDLE_SETTINGS[t.setting][1]);
  const warmup = Math.max(spec.candles, ...reach) + (spec.extra ?? 0);
  const first = warmup - (spec.prelude ?? 0);
  let bind: Binder | undefined;
  const limit = spec.penetration === undefined ? 0 : 10;
  return defineFeature({
    name: spec.name,
    doc: spec.doc,
    source: `TA-Lib ${spec.name.toUpperCase().replaceAll('-', '')} with default candle settings; S. Nison, T. Bulkowski`,
    units: '0, ±80, ±100 or ±200',
    inputs: ['open', 'high', 'low', 'close'],
    outputs: ['pattern'],
    options: z.object({
      penetration: z
        .number()
        .min(0)
        .max(limit)
        .default(spec.penetration ?? 0),
    }),
    args: ['penetration'],
    warmup: () => warmup,
    lookback: () => warmup,
    create({ penetration }, inputs, outputs): Kernel {
      const { v, values, step, sums, memory } = partsOf(spec, penetration);
      const state = memory.seal();
      bind ??= compileLoop(probe);
      const plain = inBlocks({
        state,
        advance: bind(state, inputs, outputs[0]!, v, sums.s, values, step, first, warmup, alignTo),
      });
      return compiledKernel(plain, spec.name, { penetration }, inputs, outputs, warmup);
    },
  });
}

/** More than any pattern asks for. */
const MOST_THRESHOLDS = 12;

function partsOf(spec: PatternSpec, penetration: number) {
  const v = new CandleView();
  const memory = new Memory();
  const sums = memory.own(new Slots(MOST_THRESHOLDS));
  const values = new Float64Array(MOST_THRESHOLDS);
  const thresholds: CandleThreshold[] = [];
  const step = spec.make({
    v,
    penetration,
    own: (cell) => memory.own(cell),
    threshold(setting, shift) {
      const threshold = new CandleThreshold(setting, shift, values, thresholds.length);
      thresholds.push(threshold);
      return threshold;
    },
  });
  return { v, memory, sums, values, thresholds, step };
}

/** Points the view at the columns, all brought to one base; returns that base. */
function alignTo(v: CandleView, [open, high, low, close]: readonly Column[]): number {
  const base = Math.max(open!.base, high!.base, low!.base, close!.base);
  const place = (c: Column) => (c.base === base ? c.values : c.values.subarray(base - c.base));
  v.o = place(open!);
  v.h = place(high!);
  v.l = place(low!);
  v.c = place(close!);
  return base;
}

type Binder = (
  state: Float64Array,
  inputs: readonly Column[],
  output: Column,
  v: CandleView,
  sums: Float64Array,
  values: Float64Array,
  step: (i: number) => number,
  first: number,
  warmup: number,
  align: typeof alignTo,
) => Kernel['advance'];

/** A loop of its own per pattern, its thresholds written out in it and its step inlined into it (see row-feature.ts). */
function compileLoop(thresholds: readonly CandleThreshold[]): Binder {
  const texts = thresholds.map(thresholdText);
  const ids = thresholds.map((_, j) => j);
  const all = (part: 'start' | 'value' | 'roll') => texts.map((t) => t[part]).join('\n');
  const source = `
    return function bind(state, inputs, output, v, sums, values, detect, begin, warm, align) {
      return function advance(from, to) {
        const t = values, step = detect, first = begin, warmup = warm;
        const base = align(v, inputs);
        const o = v.o, h = v.h, l = v.l, c = v.c;
        const out = output.values, ob = output.base;
        let k = state[0] | 0;
        ${ids.map((j) => `let s${j} = sums[${j}];`).join(' ')}
        for (let row = from; row < to; row++) {
          const i = row - base;
          const sum = o[i] + h[i] + l[i] + c[i];
          if (sum !== sum) {
            if (k !== 0) { state.fill(0); k = 0; ${ids.map((j) => `s${j} = 0;`).join(' ')} }
            out[row - ob] = NaN;
            continue;
          }
          if (k < first) {
            out[row - ob] = NaN;
          } else {
            if (k === first) { ${all('start')} }
            ${all('value')}
            const value = step(i);
            out[row - ob] = k < warmup ? NaN : value;
            ${all('roll')}
          }
          k++;
        }
        ${ids.map((j) => `sums[${j}] = s${j};`).join(' ')}
        state[0] = k;
      };
    };`;
  return new Function(source)() as Binder;
}
