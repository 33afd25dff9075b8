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
