import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { delayStart, pipeline, scratch } from '../math/pipeline.ts';
import { maKernel, maRows, maType } from '../overlap/ma.ts';

function difference(a: Column, b: Column, output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      for (let i = from; i < to; i++) output.values[i - output.base] = a.values[i - a.base]! - b.values[i - b.base]!;
    },
  };
}

/** Line and histogram of a MACD from its raw line and its signal: both are NaN until the signal is warm. */
function lines(raw: Column, signal: Column, line: Column, hist: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      for (let i = from; i < to; i++) {
        const macd = raw.values[i - raw.base]!;
        const smooth = signal.values[i - signal.base]!;
        line.values[i - line.base] = macd + 0 * smooth;
        hist.values[i - hist.base] = macd - smooth;
      }
    },
  };
}

/**
 * MACD with moving averages of any type. Both averages start so that their first values fall on the same row, as TA-Lib does; a fast period
 * above the slow one is swapped with it, types included.
 * Price in, price differences out; NaN until the signal is warm.
 */
export const macdext = defineFeature({
  name: 'macdext',
  doc: 'MACD with moving averages of any type',
  source: 'TA-Lib MACDEXT',
  units: 'as input',
  inputs: ['x'],
  outputs: ['macd', 'signal', 'hist'],
  options: z.object({
    fast: period(2, 12),
    fastType: maType('sma'),
    slow: period(2, 26),
    slowType: maType('sma'),
    signal: period(1, 9),
    signalType: maType('sma'),
  }),
  args: ['fast', 'slow', 'signal'],
  warmup: (o) =>
    Math.max(maRows(o.fastType, o.fast).warmup, maRows(o.slowType, o.slow).warmup) +
    maRows(o.signalType, o.signal).warmup,
  settle: (o) =>
    Math.max(maRows(o.fastType, o.fast).settle, maRows(o.slowType, o.slow).settle) +
    maRows(o.signalType, o.signal).settle,
  create(o, [input], [line, signal, hist]) {
    const [short, long] =
      o.slow < o.fast
        ? [{ n: o.slow, type: o.slowType } as const, { n: o.fast, type: o.fastType } as const]
        : [{ n: o.fast, type: o.fastType } as const, { n: o.slow, type: o.slowType } as const];
    const start = Math.max(maRows(short.type, short.n).warmup, maRows(long.type, long.n).warmup);
    const raw = scratch(maRows(o.signalType, o.signal).lookback);
    const averages = [short, long].map(({ n, type }) => {
      const rows = maRows(type, n);
      const late = scratch(rows.lookback);
      const mean = scratch(0);
      return {
        columns: [late, mean],
        mean,
        stages: [delayStart(start - rows.warmup, input!, late), maKernel(type, n, late, mean)],
      };
    });
    const [fast, slow] = averages;
    const stages = [
      ...fast!.stages,
      ...slow!.stages,
      difference(fast!.mean, slow!.mean, raw),
      maKernel(o.signalType, o.signal, raw, signal!),
      lines(raw, signal!, line!, hist!),
    ];
    return pipeline(stages, [...fast!.columns, ...slow!.columns, raw]);
  },
});
