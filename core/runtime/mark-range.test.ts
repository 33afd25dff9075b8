import { expect, it } from 'vitest';
import { candlesFrom } from '../domain/candles.ts';
import { markRange } from './mark-range.ts';

const candles = (step: number, rows: readonly (readonly [number, number, number])[]) =>
  candlesFrom(rows.map(([i, high, low]) => ({ time: i * step, open: low, high, low, close: high, volume: 1 })));

it('takes the range of the shorter mark candles inside each candle, and the own range where some are missing', () => {
  const own = candles(300, [
    [0, 110, 90],
    [1, 111, 91],
    [2, 112, 92],
  ]);
  const marks = candles(100, [
    [0, 101, 99],
    [1, 105, 100],
    [2, 102, 95],
    [3, 103, 97],
    [5, 104, 96],
    [6, 106, 98],
    [7, 107, 98],
    [8, 106, 94],
  ]);
  const { high, low, missing } = markRange(marks, 100, own, 300);
  expect([...high]).toEqual([105, 111, 107]);
  expect([...low]).toEqual([95, 91, 94]);
  expect(missing).toBe(1);
});

it('learns nothing from mark candles that are longer than the candles', () => {
  const own = candles(300, [[0, 110, 90]]);
  expect(markRange(candles(600, [[0, 200, 1]]), 600, own, 300)).toMatchObject({
    missing: 1,
    high: own.high,
    low: own.low,
  });
});
