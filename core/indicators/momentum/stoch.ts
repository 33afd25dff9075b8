import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { maKernel, maRows, maType } from '../overlap/ma.ts';
import { fastKStages } from './fast-k.ts';
import { gated } from './stochf.ts';

/**
 * Slow stochastic of Lane: slow %K, the moving average of the raw %K over `fastK` candles, and slow %D, the average of that.
 * Candles in, 0..100 out; both lines start when %D is warm. A window without range gives 0.
 */
export const stoch = defineFeature({
  name: 'stoch',
  doc: 'Slow stochastic oscillator of Lane',
  source: 'TA-Lib STOCH; Lane',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['slowK', 'slowD'],
  options: z.object({
    fastK: period(1, 5),
    slowK: period(1, 3),
    slowKType: maType('sma'),
    slowD: period(1, 3),
    slowDType: maType('sma'),
  }),
  args: ['fastK', 'slowK', 'slowKType', 'slowD', 'slowDType'],
  warmup: (o) => o.fastK - 1 + maRows(o.slowKType, o.slowK).warmup + maRows(o.slowDType, o.slowD).warmup,
  lookback: (o) => o.fastK - 1,
  settle: (o) => maRows(o.slowKType, o.slowK).settle + maRows(o.slowDType, o.slowD).settle,
  create({ fastK, slowK, slowKType, slowD, slowDType }, inputs, [kLine, dLine]) {
    const raw = scratch(maRows(slowKType, slowK).lookback);
    const slow = scratch(maRows(slowDType, slowD).lookback);
    const { stages, columns } = fastKStages(fastK, inputs, raw);
    const first = maKernel(slowKType, slowK, raw, slow);
    const second = maKernel(slowDType, slowD, slow, dLine!);
    return pipeline([...stages, first, second, gated(slow, dLine!, kLine!)], [...columns, raw, slow]);
  },
});
