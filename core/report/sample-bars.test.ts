import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { sampleBars } from './sample-bars.ts';
import { sampleCurve } from './sample-curve.ts';

const run = sampleRun({ candles: 1003 });
const [first] = run.market.values();
const { candles, features } = first!;

it('keeps extremes, first open and last close when it merges candles', () => {
  const bars = sampleBars(candles, features, { bars: 100 });
  expect(bars.step).toBe(11);
  expect(bars.t).toHaveLength(92);
  expect(bars.t[0]).toBe(candles.time[0]! / 1000);
  expect(bars.t.reduce((sum, step) => sum + step, 0)).toBe(candles.time[91 * 11]! / 1000);
  expect(Math.max(...bars.h) / Math.max(...candles.high)).toBeCloseTo(1, 5);
  expect(Math.min(...bars.l) / Math.min(...candles.low)).toBeCloseTo(1, 5);
  expect(bars.o[0]! / candles.open[0]!).toBeCloseTo(1, 5);
  expect(bars.c.at(-1)! / candles.close.at(-1)!).toBeCloseTo(1, 5);
});

it('puts averages over prices, oscillators together, and the rest apart', () => {
  const bars = sampleBars(candles, { ...features, empty: new Float64Array(1003).fill(Number.NaN) }, { bars: 2000 });
  expect(bars.step).toBe(1);
  expect(Object.fromEntries(bars.features.map((f) => [f.name, f.pane]))).toEqual({
    fast: 0,
    slow: 0,
    rsi: 1,
    spread: 2,
  });
  expect(bars.omitted).toEqual(['empty']);
  expect(bars.features[0]!.values[3]).toBeNull();
});

it('names the features that found no room', () => {
  expect(sampleBars(candles, features, { bars: 50, overlays: 1, panes: 1 }).omitted).toEqual(['slow', 'spread']);
});

it('draws a dozen features at most, even when they would share a pane', () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`rsi${k}`, features.rsi!]));
  const bars = sampleBars(candles, many, { bars: 50 });
  expect(bars.features).toHaveLength(12);
  expect(bars.omitted).toHaveLength(18);
});

it('thins a curve without hiding its deepest fall', () => {
  const sample = sampleCurve(run.equity, 10_000, 60);
  expect(sample.t.length).toBeLessThanOrEqual(60);
  expect(Math.min(...sample.drawdown)).toBe(Math.min(...sampleCurve(run.equity, 10_000, 1e9).drawdown));
  expect(sample.t.every((t, i) => i === 0 || t > sample.t[i - 1]!)).toBe(true);
  expect(sampleCurve({ ...run.equity, time: new Float64Array() }, 1).t).toEqual([]);
});
