import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GridData } from '../columns/grid-data.ts';
import { candlesFrom } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { seeded } from '../foundation/rng.ts';
import { defineFeature } from '../indicators/feature.ts';
import { FeaturePlan } from '../indicators/plan.ts';
import { candleSeries, gridKey, type Series } from '../indicators/series.ts';
import { checkUserKernels } from './check-kernels.ts';

const grid = { pair: 'BTC/USDT', timeframe: '5m', type: 'candles' };
const rng = seeded(3);
const candles = (rows: number) =>
  candlesFrom(
    Array.from({ length: rows }, (_, i) => {
      const open = 100 + rng.next();
      return { time: i * 300_000, open, high: open + 1, low: open - 1, close: open + rng.next() - 0.5, volume: 1 };
    }),
  );

type Advance = (x: Float64Array, out: Float64Array, from: number, to: number, state: Float64Array) => void;

/** Checks a kernel of the user that does `advance` over the closes. */
function check(advance: Advance, { rows = 400, warmup = 0 } = {}): Promise<void> {
  const feature = defineFeature({
    name: 'mine',
    doc: 'a kernel under test',
    source: 'test',
    units: 'any',
    inputs: ['real'],
    outputs: ['value'],
    options: z.object({}),
    args: [],
    warmup: () => warmup,
    settle: () => 0,
    create: (_options, [input], [output]) => {
      const state = new Float64Array(1);
      return { state, advance: (from, to) => advance(input!.values, output!.values, from, to, state) };
    },
  });
  const table = candles(rows);
  const plan = new FeaturePlan(() => GridData.candles(gridKey(grid), table, timeframe('5m')), '5m');
  plan.add((feature as unknown as (x: Series) => Series)(candleSeries(grid).close));
  return checkUserKernels(plan);
}

describe('kernels of users', () => {
  it('pass when each row follows from the rows before', async () => {
    await check((x, out, from, to, state) => {
      for (let i = from; i < to; i++) {
        state[0]! += x[i]!;
        out[i] = state[0]!;
      }
    });
  });

  it('are refused when they read the next row', async () => {
    const reads: Advance = (x, out, from, to) => {
      for (let i = from; i < to; i++) out[i] = x[Math.min(i + 1, x.length - 1)]!;
    };
    await expect(check(reads)).rejects.toThrow(/FEATURE_LOOKAHEAD.*"mine" gave/);
  });

  it('are refused when they read the next row at a few rows only', async () => {
    for (const isFlat of [(next: number, now: number) => next < now, (next: number, now: number) => next >= now]) {
      const reads: Advance = (x, out, from, to) => {
        for (let i = from; i < to; i++) out[i] = i % 97 === 13 && isFlat(x[i + 1]!, x[i]!) ? 1 : 0;
      };
      await expect(check(reads)).rejects.toThrow(/FEATURE_LOOKAHEAD/);
    }
  });

  it('are refused when they look ahead after a warm-up as long as the sample', async () => {
    const reads: Advance = (x, out, from, to) => {
      for (let i = from; i < to; i++) out[i] = i < 1600 ? Number.NaN : (x[i + 1] ?? 0);
    };
    await expect(check(reads, { rows: 2500, warmup: 1600 })).rejects.toThrow(/FEATURE_LOOKAHEAD/);
  });

  it('are refused when they scale by the whole history', async () => {
    const scales: Advance = (x, out, from, to) => {
      const top = x.reduce((a, b) => Math.max(a, b), 0);
      for (let i = from; i < to; i++) out[i] = x[i]! / top;
    };
    await expect(check(scales)).rejects.toThrow(/FEATURE_LOOKAHEAD/);
  });

  it('are refused when they forget between calls', async () => {
    const forgets: Advance = (x, out, from, to) => {
      let sum = 0;
      for (let i = from; i < to; i++) out[i] = sum += x[i]!;
    };
    await expect(check(forgets)).rejects.toThrow(/FEATURE_CHUNKS/);
  });
});
