import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, type FeatureDefinition, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { dema } from './dema.ts';
import { ema } from './ema.ts';
import { kama } from './kama.ts';
import { mama } from './mama.ts';
import { sma } from './sma.ts';
import { t3 } from './t3.ts';
import { tema } from './tema.ts';
import { trima } from './trima.ts';
import { wma } from './wma.ts';

/** The moving averages that an option may name, in TA-Lib's order: its MA type k is the k-th. */
export const MA_TYPES = ['sma', 'ema', 'wma', 'dema', 'tema', 'trima', 'kama', 'mama', 't3'] as const;
export type MaType = (typeof MA_TYPES)[number];

const definitions: Readonly<Record<MaType, FeatureDefinition>> = {
  sma: sma.definition,
  ema: ema.definition,
  wma: wma.definition,
  dema: dema.definition,
  tema: tema.definition,
  trima: trima.definition,
  kama: kama.definition,
  mama: mama.definition,
  t3: t3.definition,
};

/** Schema of a kind of moving average, by name. */
export const maType = (fallback: MaType) => z.enum(MA_TYPES).default(fallback);

/** How an average behaves: rows of warm-up, of look-back and until it has settled. A period of 1 copies its input, whatever the type. */
export function maRows(type: MaType, n: number): { warmup: number; lookback: number; settle: number } {
  if (n === 1) return { warmup: 0, lookback: 0, settle: 0 };
  const { warmup, lookback, settle } = definitions[type];
  const options = maOptions(type, n) as never;
  return { warmup: warmup(options, 0), lookback: lookback(options), settle: settle(options) };
}

/** The kernel of an average of a type and period, to be a stage of another indicator. */
export function maKernel(type: MaType, n: number, input: Column, output: Column): Kernel {
  if (n === 1) return copyKernel(input, output);
  // MAMA's second line, FAMA, is read by nobody here: writes to an empty array go nowhere.
  const outputs = type === 'mama' ? [output, { values: new Float64Array(0), base: 0 }] : [output];
  return definitions[type].create(maOptions(type, n) as never, [input], outputs);
}

function maOptions(type: MaType, n: number): Record<string, number> {
  if (type === 'mama') return { fastLimit: 0.5, slowLimit: 0.05 };
  return type === 't3' ? { period: n, volumeFactor: 0.7 } : { period: n };
}

function copyKernel(input: Column, output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      for (let i = from; i < to; i++) output.values[i - output.base] = input.values[i - input.base]!;
    },
  };
}

/**
 * Moving average of a chosen type. A period of 1 copies the input; MAMA (limits 0.5 and 0.05) does not look at the period.
 * Price in, price out; warm-up as the type's own.
 */
export const ma = defineFeature({
  name: 'ma',
  doc: 'Moving average of a chosen type: sma, ema, wma, dema, tema, trima, kama, mama or t3',
  source: 'TA-Lib MA',
  units: 'as input',
  inputs: ['x'],
  outputs: ['ma'],
  options: z.object({ period: period(1, 30), type: maType('sma') }),
  args: ['period', 'type'],
  warmup: (o) => maRows(o.type, o.period).warmup,
  lookback: (o) => maRows(o.type, o.period).lookback,
  settle: (o) => maRows(o.type, o.period).settle,
  create: (o, [input], [output]) => maKernel(o.type, o.period, input!, output!),
});
