import { z } from 'zod';
import { defineFeature, type Stage } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { logRatio } from './arithmetic.ts';
import { logReturn } from './log-return.ts';

/** A logarithm that a row takes in: as a plan computed it for all, or ln(a / b) where none did; 0 unless both are positive. */
export function sharedLog(shared: number, a: number, b: number): number {
  return Number.isNaN(shared) ? logRatio(a, b) : shared;
}

/** The log return over a row is nobody's own: whoever wants it has it from the first who did. */
const move = { ...logReturn.definition, name: 'log-move', warmup: () => 0, join: <T>(first: T) => first };

const span = defineFeature({
  name: 'log-span',
  doc: 'Logarithm of a ratio, for features that share it',
  source: 'ln(a / b)',
  units: 'log ratio',
  inputs: ['a', 'b'],
  outputs: ['log'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  join: (first) => first,
  create: (_options, [a, b], [out]) =>
    inBlocks({
      state: new Float64Array(0),
      advance(from, to) {
        const { values: x, base: xBase } = a!;
        const { values: y, base: yBase } = b!;
        const { values: z, base: zBase } = out!;
        for (let i = from; i < to; i++) z[i - zBase] = logRatio(x[i - xBase]!, y[i - yBase]!);
      },
    }),
}).definition;

/** ln(x / previous x) of a feature's input `k`; NaN in the first row. */
export const logMove = (k: number): Stage => ({ definition: move, options: { lag: 1 }, inputs: [k] });

/** ln(a / b) of a feature's inputs `a` and `b`. */
export const logSpan = (a: number, b: number): Stage => ({ definition: span, options: {}, inputs: [a, b] });
