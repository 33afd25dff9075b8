import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { candleTable } from '../domain/candles.ts';
import { mergeCandles, sampleBars } from './sample-bars.ts';
import { sampleCurve } from './sample-curve.ts';

const run = sampleRun({ candles: 1003 });
const [first] = run.market.values();
const { candles, features } = first!;

it('keeps extremes, first open and last close when it merges candles, into bars that open at round times', () => {
  const bars = sampleBars(candles, features, { bars: 100 });
  expect(bars.step).toBe(12);
  expect(bars.t).toHaveLength(84);
  expect(bars.t[0]).toBe(candles.time[0]! / 1000);
  expect(new Set(bars.t.slice(1))).toEqual(new Set([12 * 3600]));
  expect(Math.max(...bars.h) / Math.max(...candles.high)).toBeCloseTo(1, 5);
  expect(Math.min(...bars.l) / Math.min(...candles.low)).toBeCloseTo(1, 5);
  expect(bars.o[0]! / candles.open[0]!).toBeCloseTo(1, 5);
  expect(bars.c.at(-1)! / candles.close.at(-1)!).toBeCloseTo(1, 5);
});

it('leaves out no candle and takes none twice, wherever the series begins and whatever is missing of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5000 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 400 }),
      fc.integer({ min: 5, max: 100 }),
      (first, gaps, most) => {
        const table = candleTable(gaps.length);
        let at = first;
        gaps.forEach((gap, i) => {
          at += gap;
          table.time[i] = at * 300_000;
        });
        const { ends, openOf, step } = mergeCandles(table, most);
        expect(ends.at(-1)).toBe(gaps.length);
        expect(ends.length).toBeLessThanOrEqual(most);
        ends.forEach((to, k) => {
          const from = k === 0 ? 0 : ends[k - 1]!;
          expect(to - from).toBeGreaterThan(0);
          expect(to - from).toBeLessThanOrEqual(step);
          const opens = Array.from(table.time.subarray(from, to), openOf);
          if (openOf(1) !== 1) expect(new Set(opens).size).toBe(1);
        });
      },
    ),
  );
});

it('merges candles without a common length by their count', () => {
  const table = candleTable(10);
  table.time.set([3, 17, 20, 44, 45, 46, 80, 91, 92, 100]);
  expect(mergeCandles(table, 4)).toMatchObject({ step: 3, ends: [3, 6, 9, 10] });
  expect(mergeCandles(candleTable(0), 4).ends).toEqual([]);
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
  expect([bars.omitted, bars.empty]).toEqual([[], ['empty']]);
  expect(bars.features[0]!.values[3]).toBeNull();
});

it('does not draw the closes over the candles that show them', () => {
  const bars = sampleBars(candles, { close: candles.close }, { bars: 2000 });
  expect([bars.features, bars.omitted, bars.empty]).toEqual([[], [], []]);
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
