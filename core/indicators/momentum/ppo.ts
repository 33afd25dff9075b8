import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { maKernel, maRows, maType } from '../overlap/ma.ts';

function share(fast: Column, slow: Column, output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      const fs = fast.values;
      const fb = fast.base;
      const ss = slow.values;
      const sb = slow.base;
      for (let i = from; i < to; i++) {
        const s = ss[i - sb]!;
        output.values[i - output.base] = s === 0 ? 0 : ((fs[i - fb]! - s) / s) * 100;
      }
    },
  };
}

/**
 * Percentage price oscillator: 100 × (fast - slow moving average) / slow, each seeded on its own first values. The periods are swapped when
 * the fast one is the longer. Price in, percent out; NaN until the slow average is warm.
 */
export const ppo = defineFeature({
  name: 'ppo',
  doc: 'Percentage price oscillator: the difference of two moving averages in percent of the slow one',
  source: 'TA-Lib PPO',
  units: 'percent',
  inputs: ['x'],
  outputs: ['ppo'],
  options: z.object({ fast: period(2, 12), slow: period(2, 26), maType: maType('ema') }),
  args: ['fast', 'slow', 'maType'],
  warmup: (o) => maRows(o.maType, Math.max(o.fast, o.slow)).warmup,
  lookback: (o) => maRows(o.maType, Math.max(o.fast, o.slow)).lookback,
  settle: (o) => maRows(o.maType, Math.max(o.fast, o.slow)).settle,
  create({ fast, slow, maType: type }, [input], [output]) {
    const short = scratch(0);
    const long = scratch(0);
    const stages = [
      maKernel(type, Math.min(fast, slow), input!, short),
      maKernel(type, Math.max(fast, slow), input!, long),
      share(short, long, output!),
    ];
    return pipeline(stages, [short, long]);
  },
});
