import { expect, it } from 'vitest';
import { type CandleTable, candlesFrom } from '../domain/candles.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { largeOrders } from './large-orders.ts';

const PAIR = 'DOGE/USDT';
const price = { open: 1, high: 1, low: 1, close: 1 };
const candles = (...volumes: number[]) =>
  candlesFrom(volumes.map((volume, i) => ({ time: i * 60_000, ...price, volume })));

/** A trade of one fill each at these times, of that many coins. */
const trades = (...fills: [time: number, amount: number][]) =>
  fills.map(([time, amount]) => ({ pair: PAIR, orders: [{ time, amount }] }) as unknown as ClosedTrade);
const noted = (table: CandleTable, ...fills: [number, number][]) =>
  largeOrders([{ pair: PAIR, candles: table }], trades(...fills), 0.1);

it('fills that are large beside the volume of their candle are noted, with the largest', () => {
  const [note] = noted(candles(100, 100, 10), [0, 10], [60_250, 25], [119_999, 11], [120_000, 5]);
  expect(note).toMatch(/^3 of 4 fills took more than 10 % of the volume of their candle, at most 50 %:/);
});

it('small ones are not', () => {
  expect(noted(candles(100, 100), [0, 10], [60_000, 1])).toEqual([]);
});

it('a candle in which nothing traded is told of', () => {
  expect(noted(candles(100, 0), [60_000, 1])[0]).toMatch(/^1 of 1 fills .*, some of candles without any:/);
});

it('volumes that are not what was traded say nothing', () => {
  expect(noted({ ...candles(1, 1), volumeKind: 'tick' }, [0, 10])).toEqual([]);
});
