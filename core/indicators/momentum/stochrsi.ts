import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { settleOf } from '../overlap/ema.ts';
import { maKernel, maRows, maType } from '../overlap/ma.ts';
import { fastKStages } from './fast-k.ts';
import { rsi } from './rsi.ts';
import { gated } from './stochf.ts';

/**
 * Stochastic RSI of Chande and Kroll: the fast stochastic of the RSI, where it lies in its own range of the last `fastK` rows.
 * Price in, 0..100 out; both lines start when %D is warm. A window without range gives 0.
 */
export const stochrsi = defineFeature({
  name: 'stochrsi',
  doc: 'Fast stochastic of the relative strength index',
  source: 'TA-Lib STOCHRSI; Chande and Kroll 1994',
  units: '0..100',
  inputs: ['x'],
  outputs: ['fastK', 'fastD'],
  options: z.object({ period: period(2, 14), fastK: period(1, 5), fastD: period(1, 3), fastDType: maType('sma') }),
  args: ['period', 'fastK', 'fastD', 'fastDType'],
  warmup: (o) => o.period + o.fastK - 1 + maRows(o.fastDType, o.fastD).warmup,
  lookback: () => 1,
  settle: (o) => settleOf(1 / o.period) + o.fastK + maRows(o.fastDType, o.fastD).settle,
  create({ period: n, fastK, fastD, fastDType }, [input], [kLine, dLine]) {
    const index = scratch(fastK);
    const raw = scratch(maRows(fastDType, fastD).lookback);
    const strength = rsi.definition.create({ period: n } as never, [input!], [index]);
    const { stages, columns } = fastKStages(fastK, [index, index, index], raw);
    const smooth = maKernel(fastDType, fastD, raw, dLine!);
    return pipeline([strength, ...stages, smooth, gated(raw, dLine!, kLine!)], [index, ...columns, raw]);
  },
});
