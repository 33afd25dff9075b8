import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { cusumEvents, volumeSpikes } from './events.ts';
import { breakout, direction, forwardReturn, forwardVolatility, scaledReturn } from './forward-return.ts';
import { differenceWeights, expandingDifference, fixedWidthDifference } from './fractional-difference.ts';
import { combineWeights, concurrency, recencyWeights, returnWeights, uniqueness } from './sample-weights.ts';
import { trendScanning } from './trend-scanning.ts';
import { metaLabels, tripleBarrier } from './triple-barrier.ts';

const close = [100, 101, 99, 102, 102];
const numbers = (values: ArrayLike<number>) => Array.from(values);
const near = (values: readonly number[]) => values.map((v) => (Number.isNaN(v) ? v : expect.closeTo(v, 12)));

it('looks forward by the bars it says and no further', () => {
  const { target, end } = forwardReturn(close, 2);
  expect(numbers(target)).toEqual(near([-0.01, 102 / 101 - 1, 102 / 99 - 1, Number.NaN, Number.NaN]));
  expect(numbers(end)).toEqual([2, 3, 4, -1, -1]);
  expect(numbers(direction(close, { bars: 2, threshold: 0.015 }).target)).toEqual([0, 0, 1, Number.NaN, Number.NaN]);
  expect(numbers(direction(close, { bars: 1 }).target)).toEqual([1, -1, 1, 0, Number.NaN]);
  expect(numbers(direction(close, { bars: 1, classes: 2 }).target)).toEqual([1, 0, 1, 0, Number.NaN]);
  expect(scaledReturn(close, [0.01, 0, 0.02, 0.01, 0.01], 1).target[0]).toBeCloseTo(1, 12);
  expect(scaledReturn(close, [0.01, 0, 0.02, 0.01, 0.01], 1).target[1]).toBeNaN();
  expect(forwardVolatility(close, 2).target[0]).toBeCloseTo(Math.hypot(Math.log(1.01), Math.log(99 / 101)), 12);
  expect(numbers(breakout({ close }, { bars: 2, share: 0.01 }).target)).toEqual([1, -1, 1, Number.NaN, Number.NaN]);
  expect(() => forwardReturn(close, 0)).toThrow('LABEL_OPTION: bars is 0');
});

it('never reads a bar after the end that a label states', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 8 }), (t, bars) => {
      const rng = seeded(t);
      const prices = Float64Array.from({ length: 80 }, () => 100 + rng.normal());
      const volatility = new Float64Array(80).fill(0.005);
      const columns = [
        forwardReturn(prices, bars),
        forwardVolatility(prices, bars),
        trendScanning(prices, 3, bars + 5),
        breakout({ close: prices }, { bars, share: 0.01 }),
      ];
      const barrier = tripleBarrier({ close: prices, volatility }, [t], { profit: 2, stop: 2, horizon: bars });
      const redo = (from: number) => {
        const changed = prices.map((p, i) => (i > from ? p * 3 : p));
        return {
          columns: [
            forwardReturn(changed, bars),
            forwardVolatility(changed, bars),
            trendScanning(changed, 3, bars + 5),
            breakout({ close: changed }, { bars, share: 0.01 }),
          ],
          barrier: tripleBarrier({ close: changed, volatility }, [t], { profit: 2, stop: 2, horizon: bars }),
        };
      };
      expect(redo(barrier.touchBar[0]!).barrier.label).toEqual(barrier.label);
      columns.forEach((column, k) => {
        // Trend scanning compares all its windows, so it reads as far as the longest.
        const end = k === 2 ? t + bars + 4 : column.end[t]!;
        expect(redo(end).columns[k]!.target[t]).toBe(column.target[t]);
      });
    }),
    { seed: 2, numRuns: 60 },
  );
});

it('touches the nearest barrier first and counts a bar with both as a stop', () => {
  const prices = {
    close: [100, 100, 103, 100, 100],
    high: [100, 100.5, 104, 100, 100],
    low: [100, 99.5, 97, 100, 100],
    volatility: [0.01, 0.01, 0.01, 0.01, 0],
  };
  const long = tripleBarrier(prices, [0, 3, 4], { profit: 2, stop: 2, horizon: 3 });
  expect(numbers(long.label)).toEqual([-1, Number.NaN, Number.NaN]);
  expect(numbers(long.touchBar)).toEqual([2, -1, -1]);
  expect(long.returnAtTouch[0]).toBeCloseTo(0.03, 12);
  const free = tripleBarrier(prices, [0], { profit: 2, stop: 0, horizon: 3 });
  expect(free.label[0]).toBe(1);
  const late = tripleBarrier(prices, [0], { profit: 9, stop: 9, horizon: 3 });
  expect([late.label[0], late.touchBar[0]]).toEqual([0, 3]);
});

it('turns the barriers with the side and asks whether the side made money', () => {
  const prices = { close: [100, 98, 97, 100, 104, 105], volatility: new Float64Array(6).fill(0.01) };
  const short = tripleBarrier(prices, [0, 3], { profit: 2, stop: 2, horizon: 2, side: [-1, -1, -1, -1, 1, 1] });
  expect(numbers(short.label)).toEqual([1, -1]);
  expect(short.returnAtTouch[0]).toBeCloseTo(0.02, 12);
  expect(numbers(metaLabels(short))).toEqual([1, 0]);
  expect(
    numbers(
      metaLabels({
        label: Float64Array.of(0, 0, Number.NaN),
        touchBar: new Int32Array(3),
        returnAtTouch: Float64Array.of(0.1, -0.1, Number.NaN),
      }),
    ),
  ).toEqual([1, 0, Number.NaN]);
});

it('finds the window in which a trend is clearest', () => {
  const path = [1, 2, 3, 4, 5, 6, 4, 6, 4, 6, 5, 5];
  const { target, end, tValue } = trendScanning(path, 4, 8);
  expect(target[0]).toBe(1);
  expect(end[0]).toBeLessThanOrEqual(5);
  expect(Math.abs(tValue[0]!)).toBe(1e6);
  // Slope and error of the four values 4, 6, 4, 6 by hand: 0.4 over sqrt(3.2 / 2 / 5).
  expect(Math.abs(trendScanning([4, 6, 4, 6], 4, 4).tValue[0]!)).toBeCloseTo(0.4 / Math.sqrt(3.2 / 10), 10);
  expect(target[5]).toBeNaN();
});

it('samples events where moves add up and where volume spikes', () => {
  expect(numbers(cusumEvents([100, 101, 102, 102, 100, 99], 0.018))).toEqual([2, 4]);
  expect(numbers(volumeSpikes([1, 1, 1, 5, 1, 9], { bars: 3, times: 2 }))).toEqual([3, 5]);
});

it('weighs samples by what is theirs alone', () => {
  const spans = { start: [0, 1, 4], end: [2, 3, 4] };
  expect(numbers(concurrency(spans, 6))).toEqual([1, 2, 2, 1, 1, 0]);
  expect(numbers(uniqueness(spans, 6))).toEqual(near([2 / 3, 2 / 3, 1]));
  expect(numbers(recencyWeights(3, 1))).toEqual(near([3 / 7, 6 / 7, 12 / 7]));
  const byReturn = returnWeights({ start: [0, 2], end: [2, 3] }, [100, 110, 110, 100]);
  expect(byReturn[0]! + byReturn[1]!).toBeCloseTo(2, 12);
  expect(byReturn[0]).toBeCloseTo(1, 12);
  expect(numbers(combineWeights(Float64Array.of(1, 1), Float64Array.of(1, 3)))).toEqual([0.5, 1.5]);
  expect(() => concurrency({ start: [0], end: [9] }, 6)).toThrow(/LABEL_DATA: label 0 spans bars 0 to 9 of 6/);
});

it('differences by whole orders as usual and by none not at all', () => {
  expect(numbers(differenceWeights(1, { threshold: 1e-12, count: 9 }))).toEqual([1, -1]);
  expect(numbers(fixedWidthDifference([1, 3, 6], 1, 1e-12))).toEqual([Number.NaN, 2, 3]);
  expect(numbers(expandingDifference([1, 3, 6], 2))).toEqual(near([1, 1, 1]));
});
