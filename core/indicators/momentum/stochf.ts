import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { maKernel, maRows, maType } from '../overlap/ma.ts';
import { fastKStages } from './fast-k.ts';

/** Copies `values` where `gate` has a value and writes NaN elsewhere: both lines of an oscillator start on the same row. */
export function gated(values: Column, gate: Column, output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      for (let i = from; i < to; i++)
        output.values[i - output.base] = values.values[i - values.base]! + 0 * gate.values[i - gate.base]!;
    },
  };
}

/**
 * Fast stochastic of Lane: %K, where the close lies in the range of the last `fastK` candles, and %D, its moving average.
 * Candles in, 0..100 out; both lines start when %D is warm. A window without range gives 0.
 */
export const stochf = defineFeature({
  name: 'stochf',
  doc: 'Fast stochastic oscillator of Lane',
  source: 'TA-Lib STOCHF; Lane',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['fastK', 'fastD'],
  options: z.object({ fastK: period(1, 5), fastD: period(1, 3), fastDType: maType('sma') }),
  args: ['fastK', 'fastD'],
  warmup: (o) => o.fastK - 1 + maRows(o.fastDType, o.fastD).warmup,
  lookback: (o) => o.fastK - 1,
  settle: (o) => maRows(o.fastDType, o.fastD).settle,
  create({ fastK, fastD, fastDType }, inputs, [kLine, dLine]) {
    const raw = scratch(maRows(fastDType, fastD).lookback);
    const { stages, columns } = fastKStages(fastK, inputs, raw);
    const smooth = maKernel(fastDType, fastD, raw, dLine!);
    return pipeline([...stages, smooth, gated(raw, dLine!, kLine!)], [...columns, raw]);
  },
});
