import { expect, it } from 'vitest';
import { Instrument } from '../../../domain/tradable.ts';
import { testSpec } from '../../../testing/trading-fakes.ts';
import { arrivalPrice, gapsLimit, gapsStop, metBetween, reachesStop, tradesThrough, worseOf } from './candle-prices.ts';

const candle = { open: 100, high: 105, low: 95, close: 104 };
const instrument = new Instrument(testSpec());

it('knows when the market opens beyond a limit: strictly, since a touch is no fill', () => {
  expect([99.9, 100, 100.1].map((limit) => gapsLimit(1, limit, 100))).toEqual([false, false, true]);
  expect([99.9, 100, 100.1].map((limit) => gapsLimit(-1, limit, 100))).toEqual([true, false, false]);
});

it('knows when the market opens at or beyond a stop', () => {
  expect([99.9, 100, 100.1].map((trigger) => gapsStop(1, trigger, 100))).toEqual([true, true, false]);
  expect([99.9, 100, 100.1].map((trigger) => gapsStop(-1, trigger, 100))).toEqual([false, true, true]);
});

it('asks for one tick beyond a limit, and nothing beyond a stop', () => {
  expect([949, 950, 951].map((ticks) => tradesThrough(1, ticks, instrument, candle))).toEqual([false, false, true]);
  expect([1049, 1050, 1051].map((ticks) => tradesThrough(-1, ticks, instrument, candle))).toEqual([true, false, false]);
  expect([104.9, 105, 105.1].map((trigger) => reachesStop(1, trigger, candle))).toEqual([true, true, false]);
  expect([94.9, 95, 95.1].map((trigger) => reachesStop(-1, trigger, candle))).toEqual([false, true, true]);
});

it('moves late orders along the candle, to their disadvantage only', () => {
  expect(arrivalPrice(1, candle, 0, 10)).toBe(100);
  expect(arrivalPrice(1, candle, 5, 10)).toBe(102);
  expect(arrivalPrice(1, candle, 50, 10)).toBe(104);
  expect(arrivalPrice(-1, candle, 5, 10)).toBe(100);
  expect(worseOf(1, 3, 4)).toBe(4);
  expect(worseOf(-1, 3, 4)).toBe(3);
});

it('shows an order the candle from its arrival on: whole within the first quarter, then only its straight way to the close', () => {
  expect(metBetween(candle, 2, 8, 8)).toBe(candle);
  expect(metBetween(candle, 4, 8, 8)).toEqual({ open: 102, high: 104, low: 102, close: 104 });
  expect(metBetween({ ...candle, close: 96 }, 4, 8, 8)).toEqual({ open: 98, high: 98, low: 96, close: 96 });
  expect(metBetween(candle, 9, 10, 8)).toEqual({ open: 104, high: 104, low: 104, close: 104 });
});

it('shows an order that goes inside the candle its straight way up to there', () => {
  expect(metBetween(candle, -5, 4, 8)).toEqual({ open: 100, high: 102, low: 100, close: 102 });
  // Come at 102, gone at 103: nothing below.
  expect(metBetween(candle, 4, 6, 8)).toEqual({ open: 102, high: 103, low: 102, close: 103 });
});
