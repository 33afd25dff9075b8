import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CandleTable, candlesFrom, sliceCandles } from '../domain/candles.ts';
import { createResampler, resampleCandles } from './resample.ts';
import { stepCandles } from './step-candles.ts';

const HOUR = 3_600_000;

function rows(table: CandleTable): number[][] {
  return Array.from(table.time, (t, i) => [
    t,
    table.open[i]!,
    table.high[i]!,
    table.low[i]!,
    table.close[i]!,
    table.volume[i]!,
  ]);
}

it('takes first open, highest high, lowest low, last close and the sum of volumes', () => {
  const minute = (i: number, open: number, high: number, low: number, close: number) => ({
    time: i * 60_000,
    open,
    high,
    low,
    close,
    volume: i + 1,
  });
  const table = candlesFrom([
    minute(0, 5, 7, 4, 6),
    minute(1, 6, 9, 5, 8),
    minute(3, 8, 8, 2, 3),
    minute(5, 3, 4, 3, 4),
  ]);
  expect(rows(resampleCandles(table, '1m', '3m', { keepPartial: true }))).toEqual([
    [0, 5, 9, 4, 8, 3],
    [180_000, 8, 8, 2, 4, 10],
  ]);
});

it('drops a first candle that the source enters midway and a last one that it leaves midway', () => {
  const table = stepCandles(HOUR / 2, 150, 60_000);
  const times = Array.from(resampleCandles(table, '1m', '1h').time);
  expect(times).toEqual([HOUR, 2 * HOUR]);
  expect(resampleCandles(table, '1m', '1h', { keepPartial: true }).length).toBe(3);
  expect(resampleCandles(sliceCandles(table, 0, 100), '1m', '1h').length).toBe(1);
});

it('gives the same candles however the source is cut', () => {
  const table = stepCandles(Date.UTC(2024, 1, 20), 2_000, HOUR);
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { maxLength: 6 }), fc.constantFrom('4h', '1d', '1w', '1M'), (cuts, target) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), 2_000];
      const run = createResampler('1h', target);
      for (let i = 1; i < edges.length; i++) run.push(sliceCandles(table, edges[i - 1]!, edges[i]!));
      expect(run.finish()).toEqual(resampleCandles(table, '1h', target));
    }),
    { numRuns: 60 },
  );
});

it('follows the calendar: weeks from Monday, months from the first', () => {
  const days = stepCandles(Date.UTC(2024, 0, 1), 366, 86_400_000);
  const week = resampleCandles(days, '1d', '1w');
  expect(new Date(week.time[1]!).toISOString().slice(0, 10)).toBe('2024-01-08');
  const month = resampleCandles(days, '1d', '1M');
  expect(Array.from(month.time, (t) => new Date(t).getUTCDate())).toEqual(new Array(12).fill(1));
  expect(month.volume.reduce((a, b) => a + b)).toBe(days.volume.reduce((a, b) => a + b));
});

it('takes quote columns by their part of the candle', () => {
  const table = {
    ...stepCandles(0, 5, 60_000),
    extra: {
      bidHigh: Float64Array.of(1, 5, 2, 3, 4),
      askLow: Float64Array.of(9, 8, 7, 8, 9),
      bidOpen: Float64Array.of(1, 2, 3, 4, 5),
    },
  };
  const { extra } = resampleCandles(table, '1m', '5m');
  expect([extra!.bidHigh![0], extra!.askLow![0], extra!.bidOpen![0]]).toEqual([5, 7, 1]);
});

it('refuses a timeframe that is not made of whole candles', () => {
  expect(() => resampleCandles(stepCandles(0, 2, 60_000), '2m', '5m')).toThrow('DATA_RESAMPLE');
  expect(() => resampleCandles(stepCandles(0, 2, 60_000), '1w', '1M')).toThrow('DATA_RESAMPLE');
});
