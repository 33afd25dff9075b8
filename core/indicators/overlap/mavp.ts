import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { delayStart, pipeline, type Scratch, scratch } from '../math/pipeline.ts';
import { maKernel, maRows, maType } from './ma.ts';

/** `x` where both series have a value, NaN elsewhere. */
function both(x: Column, other: Column, output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      for (let i = from; i < to; i++)
        output.values[i - output.base] = x.values[i - x.base]! + 0 * other.values[i - other.base]!;
    },
  };
}

/** For each row the average of that row's period, cut to [least, most] and to a whole number. */
function choose(least: number, most: number, periods: Column, means: readonly Column[], output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      const longest = means[most - least]!;
      for (let i = from; i < to; i++) {
        const wanted = Math.trunc(Math.min(most, Math.max(least, periods.values[i - periods.base]!)));
        // the longest average decides when all are warm; with a NaN period it is NaN too
        const ready = longest.values[i - longest.base]!;
        const mean = Number.isNaN(ready) ? longest : means[wanted - least]!;
        output.values[i - output.base] = mean.values[i - mean.base]!;
      }
    },
  };
}

/** The plain mean of each row's own number of values, summed anew. */
function variableMean(least: number, most: number, x: Column, periods: Column, output: Column): Kernel {
  // [values since the last NaN (up to most)]
  const state = new Float64Array(1);
  return {
    state,
    advance(from, to) {
      const xs = x.values;
      const xb = x.base;
      let count = state[0]!;
      for (let i = from; i < to; i++) {
        const wanted = periods.values[i - periods.base]!;
        const last = i - xb;
        count = Number.isNaN(wanted + xs[last]!) ? 0 : Math.min(most, count + 1);
        if (count < most) {
          output.values[i - output.base] = Number.NaN;
          continue;
        }
        const n = Math.trunc(Math.min(most, Math.max(least, wanted)));
        let sum = 0;
        for (let k = last - n + 1; k <= last; k++) sum += xs[k]!;
        output.values[i - output.base] = sum / n;
      }
      state[0] = count;
    },
  };
}

/**
 * Moving average whose period is a series of its own, row by row, cut to [min, max] and to whole numbers.
 * Every average starts so that its first value falls on the row where the longest one's does, as in TA-Lib.
 * Price in, price out; NaN until the average of `max` is warm. The simple average costs O(period) per row, others O(max - min).
 */
export const mavp = defineFeature({
  name: 'mavp',
  doc: 'Moving average with a period that varies from row to row',
  source: 'TA-Lib MAVP',
  units: 'as input',
  inputs: ['x', 'periods'],
  outputs: ['mavp'],
  options: z
    .object({ min: period(1, 2, 1000), max: period(1, 30, 1000), maType: maType('sma') })
    .refine((o) => o.min <= o.max, 'min must not be above max'),
  args: ['min', 'max', 'maType'],
  warmup: (o) => maRows(o.maType, o.max).warmup,
  lookback: (o) => o.max - 1,
  settle: (o) => maRows(o.maType, o.max).settle,
  create({ min: least, max: most, maType: type }, [x, periods], [output]) {
    if (type === 'sma') return pipeline([variableMean(least, most, x!, periods!, output!)], []);
    const start = maRows(type, most).warmup;
    const whole = scratch(0);
    const columns: Scratch[] = [whole];
    const stages: Kernel[] = [both(x!, periods!, whole)];
    const means: Column[] = [];
    for (let n = least; n <= most; n++) {
      const rows = maRows(type, n);
      const late = scratch(rows.lookback);
      const mean = scratch(0);
      columns.push(late, mean);
      means.push(mean);
      stages.push(delayStart(start - rows.warmup, whole, late), maKernel(type, n, late, mean));
    }
    return pipeline([...stages, choose(least, most, periods!, means, output!)], columns);
  },
});
