import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { stddev } from '../statistic/stddev.ts';
import { maKernel, maRows, maType } from './ma.ts';

function bandsKernel(deviation: Column, up: number, down: number, [upper, middle, lower]: readonly Column[]): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      const ds = deviation.values;
      const db = deviation.base;
      const us = upper!.values;
      const ub = upper!.base;
      const ms = middle!.values;
      const mb = middle!.base;
      const ls = lower!.values;
      const lb = lower!.base;
      for (let i = from; i < to; i++) {
        const d = ds[i - db]!;
        const m = ms[i - mb]!;
        us[i - ub] = m + d * up;
        ls[i - lb] = m - d * down;
        if (Number.isNaN(d)) ms[i - mb] = Number.NaN;
      }
    },
  };
}

/**
 * Bollinger bands: a moving average, and `up` and `down` population standard deviations above and below it.
 * Price in, prices out; NaN until both the average and the deviation are warm (period - 1 rows for the simple average).
 */
export const bbands = defineFeature({
  name: 'bbands',
  doc: 'Bollinger bands',
  source: 'TA-Lib BBANDS; Bollinger',
  units: 'as input',
  inputs: ['x'],
  outputs: ['upper', 'middle', 'lower'],
  options: z.object({
    period: period(2, 20),
    up: z.number().default(2),
    down: z.number().default(2),
    maType: maType('sma'),
  }),
  args: ['period', 'up', 'down'],
  warmup: (o) => Math.max(o.period - 1, maRows(o.maType, o.period).warmup),
  lookback: (o) => Math.max(o.period - 1, maRows(o.maType, o.period).lookback),
  settle: (o) => maRows(o.maType, o.period).settle,
  create({ period: n, up, down, maType: type }, [input], outputs) {
    const deviation = scratch(0);
    const stages = [
      maKernel(type, n, input!, outputs[1]!),
      stddev.definition.create({ period: n, deviations: 1 } as never, [input!], [deviation]),
      bandsKernel(deviation, up, down, outputs),
    ];
    return pipeline(stages, [deviation]);
  },
});
