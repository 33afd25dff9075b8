import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tradesOf } from './closed-trade.ts';
import { explainTrade } from './explain.ts';
import { decision, fill, intent, order, START, trade } from './sample-rows-fixture.ts';
import { SqliteTradeReader } from './trade-reader.ts';
import { TradeWriter } from './writer.ts';

const T = START.at;
let folder: string;
let reader: SqliteTradeReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-explain-'));
  const path = join(folder, 'trades.sqlite');
  const writer = new TradeWriter(path, START);
  const entry = { trade: 1, filled: 0.3, filledLots: 3, average: 100.1 };
  writer.commit([
    {
      decisions: [
        decision('old news', { at: T - 60_000 }),
        decision('cross above', { at: T }),
        decision('of another strategy', { at: T, strategy: 'Other' }),
        decision('of another pair', { at: T, pair: 'ETH/USDT' }),
        decision('entry: buy 0.3', { at: T, kind: 'order', order: 1 }),
        decision('for another order', { at: T, kind: 'order', order: 9 }),
      ],
      orders: [order(1)],
      intents: [intent(1)],
    },
    { intents: [intent(1, { outcome: 'confirmed', settledAt: T + 3, detail: 'taken' })] },
    {
      orders: [order(1, { ...entry, state: 'filled', updatedAt: T + 4 })],
      trades: [trade(1, { openedAt: T + 4 })],
      fills: [fill(1, { at: T + 4 })],
      decisions: [decision('stop at 98', { at: T + 5, kind: 'stop', trade: 1 })],
    },
    {
      orders: [
        order(2, {
          ...entry,
          id: 2,
          purpose: 'exit',
          kind: 'market',
          price: null,
          side: 'sell',
          state: 'filled',
          reason: 'roi',
          createdAt: T + 900,
          updatedAt: T + 900,
        }),
      ],
      fills: [fill(2, { trade: 1, at: T + 900, side: 'sell', price: 110, isMaker: false })],
      funding: [
        {
          trade: 1,
          account: 'binance:spot',
          pair: 'BTC/USDT',
          at: T + 800,
          rate: 0.0001,
          mark: 100,
          amount: -0.1 - 0.2,
        },
      ],
      trades: [
        trade(1, {
          openedAt: T + 4,
          closedAt: T + 900,
          closeRate: 110,
          amount: 0,
          profitAbs: 2.9,
          profitRatio: 0.09,
          exitReason: 'roi',
        }),
      ],
    },
  ]);
  writer.end(T + 1000);
  reader = new SqliteTradeReader(path);
});
afterEach(() => {
  reader.close();
  rmSync(folder, { recursive: true });
});

it('tells the life of a trade from the signal to the last fill, and nothing of others', () => {
  const { trade: row, moments } = explainTrade(reader, 1);
  expect(row.exitReason).toBe('roi');
  expect(moments.map(({ at, what, text }) => [at - T, what, text])).toEqual([
    [0, 'decision', 'signal: cross above'],
    [0, 'decision', 'order: entry: buy 0.3'],
    [1, 'request', 'place entry order 1, attempt 1, as tg1'],
    [1, 'order', 'entry order 1 created: buy 0.3 at 100.1, 0 filled'],
    [3, 'request', 'place entry order 1: confirmed, taken'],
    [4, 'order', 'entry order 1 filled: buy 0.3 at 100.1, 0.3 filled'],
    [4, 'fill', 'buy 0.3 at 100.1, fee 0.0003 BTC, maker'],
    [5, 'decision', 'stop: stop at 98'],
    [800, 'funding', '-0.3 at a rate of 0.0001'],
    [900, 'order', 'exit order 2 filled: sell 0.3 at the market, 0.3 filled, roi'],
    [900, 'fill', 'sell 0.3 at 110, fee 0.0003 BTC, taker'],
  ]);
});

it('names the trades that there are when one is not', () => {
  expect(() => explainTrade(reader, 7)).toThrow(/TRADE_UNKNOWN.*no trade 7.*The last ones are 1/);
});

it('gives trades in the form of backtest results', () => {
  const [closed] = tradesOf(reader, reader.trades());
  expect(closed).toMatchObject({
    id: 1,
    openTime: T + 4,
    closeTime: T + 900,
    profitRatio: 0.09,
    exitReason: 'roi',
    amount: 0.3,
  });
  expect(closed!.orders).toEqual([
    { side: 'buy', time: T + 4, price: 100.1, amount: 0.3, tag: 'cross', fee: 0.03, funding: null },
    { side: 'sell', time: T + 900, price: 110, amount: 0.3, tag: 'roi', fee: 0.03, funding: null },
  ]);
});
