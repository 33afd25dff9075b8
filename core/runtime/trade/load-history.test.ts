import { describe, expect, it } from 'vitest';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { candlesFrom } from '../../domain/candles.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { TestExchange } from './exchange-fixture.ts';
import { loadHistory } from './load-history.ts';
import { BTC, START } from './session-fixture.ts';
import { TestVenue } from './venue-fixture.ts';

const STEP = 300_000;

/** An exchange whose candles close at 200, and stored ones, opening at these steps, that close at 100. */
function markets(steps: readonly number[]) {
  const venue = new TestVenue(START, [BTC]);
  for (let i = 0; i < 10; i++) venue.close('5m', { [BTC]: [200, 200, 200, 200] });
  const exchange = new TestExchange(venue);
  const asked: number[] = [];
  const fetch = exchange.fetchCandles.bind(exchange);
  exchange.fetchCandles = (pair, frame, since, limit) => {
    asked.push((since - START) / STEP);
    return fetch(pair, frame, since, limit);
  };
  const candle = { open: 100, high: 100, low: 100, close: 100, volume: 1 };
  const candles = { '5m': candlesFrom(steps.map((k) => ({ time: START + k * STEP, ...candle }))) };
  const data = memoryMarket({ [BTC]: { spec: testSpec({ pair: BTC }), candles } });
  return { exchange, asked, stored: { data, exchange: 'test' }, now: venue.now };
}

describe('the history of a session', () => {
  it('is what is stored, but for its last candle, then what the exchange has', async () => {
    const { exchange, asked, stored, now } = markets([0, 1, 2, 3, 4, 5, 6]);
    const rows = await loadHistory(exchange, stored, BTC, '5m', 8, now);
    expect(rows.map(([time, , , , close]) => [(time - START) / STEP, close])).toEqual([
      [2, 100],
      [3, 100],
      [4, 100],
      [5, 100],
      [6, 200],
      [7, 200],
      [8, 200],
      [9, 200],
    ]);
    expect(asked).toEqual([6]);
  });

  it('takes a hole in what is stored from the exchange, and all that follows', async () => {
    const { exchange, asked, stored, now } = markets([2, 3, 5, 6, 7]);
    const rows = await loadHistory(exchange, stored, BTC, '5m', 8, now);
    expect(rows.map((row) => row[4])).toEqual([100, 100, 200, 200, 200, 200, 200, 200]);
    expect(asked).toEqual([4]);
  });

  it('is asked for where nothing is stored', async () => {
    const { exchange, asked, stored, now } = markets([]);
    expect((await loadHistory(exchange, stored, BTC, '5m', 8, now)).length).toBe(8);
    expect((await loadHistory(exchange, null, BTC, '5m', 8, now)).length).toBe(8);
    expect(asked).toEqual([2, 2]);
  });
});
