import { expect, test } from 'vitest';
import { synthMarket } from '../../data/synth/synth-market.ts';
import { MarketTape } from './windowed-data.ts';

const FROM = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
const source = synthMarket({ seed: 3, pairs: ['BTC/USDT:USDT'], from: FROM, days: 2, timeframe: '5m', tickMinutes: 0 });
const PAIR = 'BTC/USDT:USDT';

test('a tape ends with the last candle that has closed, and the last event that has happened', async () => {
  const data = new MarketTape(source).until(FROM + 9 * HOUR + 60_000);
  const candles = await data.candles('synthetic', PAIR, '5m');
  expect(candles.time.at(-1)).toBe(FROM + 9 * HOUR - 300_000);
  expect((await data.candles('synthetic', PAIR, '1h')).time.at(-1)).toBe(FROM + 8 * HOUR);
  const funding = await data.events('synthetic', PAIR, 'funding');
  expect(funding.time.at(-1)).toBe(FROM + 8 * HOUR);
});

test('a candle that closes at the very end is there', async () => {
  const data = new MarketTape(source).until(FROM + HOUR);
  expect((await data.candles('synthetic', PAIR, '5m')).time.at(-1)).toBe(FROM + HOUR - 300_000);
});

test('ranges hold, and rows are those of the source', async () => {
  const range = { from: FROM + HOUR, to: FROM + 2 * HOUR };
  const cut = await new MarketTape(source).until(FROM + 24 * HOUR).candles('synthetic', PAIR, '5m', range);
  const whole = await source.candles('synthetic', PAIR, '5m', range);
  expect(cut.close).toEqual(Float64Array.from(whole.close));
});

test('nothing beyond the end can be reached through a buffer, and what one reader writes no other sees', async () => {
  const tape = new MarketTape(source);
  const { close } = await tape.until(FROM + HOUR).candles('synthetic', PAIR, '5m');
  expect(close.buffer.byteLength).toBe(12 * 8);
  const first = close[0]!;
  close[0] = -1;
  expect((await tape.until(FROM + HOUR).candles('synthetic', PAIR, '5m')).close[0]).toBe(first);
});

test('after a moment the market is its mirror image, before it as it was, and as long', async () => {
  const moment = FROM + 9 * HOUR;
  const known = (9 * HOUR) / 300_000;
  const data = new MarketTape(source).mirroredAfter(moment);
  const [there, truth] = [await data.candles('synthetic', PAIR, '5m'), await source.candles('synthetic', PAIR, '5m')];
  expect(there.time).toEqual(Float64Array.from(truth.time));
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
    expect(there[name].slice(0, known)).toEqual(truth[name].slice(0, known));
  const axis = truth.close[known - 1]!;
  for (const row of [known, known + 7, truth.length - 1]) {
    expect(there.close[row]).toBe(axis ** 2 / truth.close[row]!);
    expect(there.high[row]).toBe(axis ** 2 / truth.low[row]!);
    expect(there.low[row]).toBe(axis ** 2 / truth.high[row]!);
  }
  const [funding, rates] = [
    await data.events('synthetic', PAIR, 'funding'),
    await source.events('synthetic', PAIR, 'funding'),
  ];
  expect(funding.time).toEqual(Float64Array.from(rates.time));
  const before = rates.time.findIndex((t) => t > moment);
  expect(funding.values.rate!.slice(0, before)).toEqual(rates.values.rate!.slice(0, before));
  expect(funding.values.rate!.slice(before)).not.toEqual(rates.values.rate!.slice(before));
});

test('a mirrored bid becomes the ask', async () => {
  const column = (...values: number[]) => Float64Array.from(values);
  const extra = {
    ...{ bidOpen: column(9, 19), bidHigh: column(9, 19), bidLow: column(9, 19), bidClose: column(9, 19) },
    ...{ askOpen: column(11, 21), askHigh: column(11, 21), askLow: column(11, 21), askClose: column(11, 21) },
  };
  const prices = { open: column(10, 20), high: column(10, 20), low: column(10, 20), close: column(10, 20) };
  const table = { length: 2, time: column(0, 60_000), ...prices, volume: column(1, 0), extra };
  const quoted = { ...source, candles: async () => table };
  const there = await new MarketTape(quoted).mirroredAfter(60_000).candles('x', 'EUR/USD', '1m');
  expect([...there.close, ...there.volume]).toEqual([10, 5, 1, -0]);
  expect([...there.extra!.bidClose!]).toEqual([9, 100 / 21]);
  expect([...there.extra!.askLow!]).toEqual([11, 100 / 19]);
});
