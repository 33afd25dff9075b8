import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFreqtrade } from './import-freqtrade.ts';
import { START } from './sample-rows-fixture.ts';
import { SqliteTradeReader } from './trade-reader.ts';
import { TradeWriter } from './writer.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-import-'));
  path = join(folder, 'tradesv3.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

const NUMBER = 1_000_000_000;
const at = (hour: number, second = 0) => Date.UTC(2024, 2, 1, hour, 0, second);

/** Tables with the columns that Freqtrade's documentation names and the reader looks at, and rows as it writes them. */
function freqtrade(
  trades: readonly object[],
  orders: readonly object[],
  more: Readonly<Record<string, readonly object[]>> = {},
) {
  const db = new Database(path);
  for (const [table, rows] of Object.entries({ trades, orders, ...more })) {
    const columns = [...new Set(['id', ...rows.flatMap((row) => Object.keys(row))])];
    db.exec(`CREATE TABLE "${table}" (${columns.map((c) => `"${c}"`).join(', ')})`);
    for (const row of rows as readonly Record<string, unknown>[])
      db.prepare(`INSERT INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`).run(
        columns.map((c) => row[c] ?? null),
      );
  }
  db.close();
}
const SPOT = {
  id: 1,
  exchange: 'binance',
  pair: 'BTC/USDT',
  stake_currency: 'USDT',
  is_open: 0,
  fee_open: 0.001,
  fee_close: 0.001,
  open_rate: 100,
  close_rate: 110,
  close_profit: 0.0978,
  close_profit_abs: 4.895,
  stake_amount: 50,
  max_stake_amount: 50,
  amount: 0.5,
  open_date: '2024-03-01 11:00:00.000000',
  close_date: '2024-03-01 12:00:03.000000',
  stop_loss: 90,
  initial_stop_loss: 90,
  max_rate: 112,
  min_rate: 95,
  exit_reason: 'roi',
  strategy: 'MyStrat',
  enter_tag: 'tag',
  timeframe: 5,
  trading_mode: 'SPOT',
  leverage: 1,
  is_short: 0,
};
const SHORT = {
  ...SPOT,
  id: 2,
  pair: 'ETH/USDT:USDT',
  trading_mode: 'FUTURES',
  leverage: 3,
  is_short: 1,
  max_stake_amount: 50,
  stake_amount: 16,
  funding_fees: -0.05,
};
const order = (id: number, trade: number, side: string, over: object = {}) => ({
  id,
  ft_trade_id: trade,
  ft_order_side: side,
  ft_pair: 'BTC/USDT',
  order_id: `x${id}`,
  status: 'closed',
  order_type: 'limit',
  side,
  price: 99,
  average: 100,
  ft_amount: 0.5,
  filled: 0.5,
  order_date: '2024-03-01 11:00:00.000000',
  order_filled_date: '2024-03-01 11:00:20.500000',
  ...over,
});

describe('a database of Freqtrade', () => {
  it('is read as closed trades with orders, fills, locks and custom data that the store takes', () => {
    freqtrade(
      [SPOT, SHORT, { ...SPOT, id: 3, is_open: 1 }],
      [
        order(1, 1, 'buy'),
        order(2, 1, 'sell', { order_type: 'market', average: 110, order_date: '2024-03-01 12:00:00.000000' }),
        order(3, 1, 'stoploss', { side: 'sell', status: 'canceled', filled: 0, stop_price: 90 }),
        order(4, 2, 'sell'),
        order(5, 3, 'buy'),
      ],
      {
        pairlocks: [
          {
            id: 1,
            pair: '*',
            side: '*',
            reason: 'drawdown',
            lock_time: '2024-03-01 11:00:00',
            lock_end_time: '2024-03-01 15:00:00',
            active: 1,
          },
          {
            id: 2,
            pair: 'X',
            side: 'long',
            lock_time: '2024-03-01 11:00:00',
            lock_end_time: '2024-03-01 15:00:00',
            active: 0,
          },
        ],
        trade_custom_data: [
          { id: 1, ft_trade_id: 1, cd_key: 'seen', cd_type: 'dict', cd_value: '{"a": 1}' },
          { id: 2, ft_trade_id: 1, cd_key: 'is_hot', cd_type: 'bool', cd_value: 'True' },
          { id: 3, ft_trade_id: 3, cd_key: 'count', cd_type: 'int', cd_value: '3' },
        ],
        KeyValueStore: [{ id: 1, key: 'start', value_type: 'datetime', datetime_value: '2024-03-01 10:00:00' }],
      },
    );
    const { batch, closed, open } = readFreqtrade(path);
    expect([closed, open]).toEqual([2, 1]);
    const target = join(folder, 'trades.sqlite');
    const writer = new TradeWriter(target, START);
    writer.commit([batch]);
    writer.end(1);
    const reader = new SqliteTradeReader(target);
    const [spot, short] = reader.trades();
    expect(spot).toMatchObject({
      id: NUMBER + 1,
      account: 'binance:spot',
      side: 'long',
      timeframe: '5m',
      openedAt: at(11),
      closedAt: at(12, 3),
      closeRate: 110,
      stake: 50,
      fees: 0.05 + 0.055,
      profitAbs: 4.895,
      profitRatio: 0.0978,
      entryTag: 'tag',
      exitReason: 'roi',
    });
    expect(short).toMatchObject({
      account: 'binance:perpetual',
      side: 'short',
      leverage: 3,
      stake: 50 / 3,
      funding: -0.05,
    });
    expect(reader.orders().map((o) => [o.id - NUMBER, o.purpose, o.state, o.price, o.filled])).toEqual([
      [1, 'entry', 'filled', 99, 0.5],
      [2, 'exit', 'filled', 99, 0.5],
      [3, 'stop', 'cancelled', 90, 0],
      [4, 'entry', 'filled', 99, 0.5],
    ]);
    expect(reader.fills({ trade: NUMBER + 1 }).map((f) => [f.at, f.side, f.price, f.feeStake, f.isMaker])).toEqual([
      [at(11, 20) + 500, 'buy', 100, 0.05, true],
      [at(11, 20) + 500, 'sell', 110, 0.055, false],
    ]);
    expect(reader.locks()).toEqual([
      { pair: '*', side: '*', source: 'freqtrade-1', at: at(11), until: at(15), reason: 'drawdown' },
    ]);
    expect(reader.values(`trade:${NUMBER + 1}`).map((v) => [v.key, v.value])).toEqual([
      ['is_hot', true],
      ['seen', { a: 1 }],
    ]);
    expect(reader.values('freqtrade')[0]!.value).toBe('2024-03-01 10:00:00');
    reader.close();
    // The bot's own numbers go on where they were.
    const again = new TradeWriter(target, START);
    expect(again.recovered.next).toEqual({ intent: 1, order: 1, trade: 1 });
    again.abandon();
  });

  it('may be of before 2022', () => {
    const { exit_reason: _, enter_tag: __, max_stake_amount: ___, is_short: ____, leverage: _____, ...old } = SPOT;
    freqtrade([{ ...old, sell_reason: 'stop_loss', buy_tag: 'dip' }], [order(1, 1, 'buy')]);
    expect(readFreqtrade(path).batch.trades![0]).toMatchObject({
      exitReason: 'stop_loss',
      entryTag: 'dip',
      stake: 50,
      leverage: 1,
      side: 'long',
    });
  });

  it('is refused when it is something else', () => {
    expect(() => readFreqtrade(join(folder, 'none'))).toThrow(/IMPORT_FORMAT/);
    writeFileSync(path, 'no database, but longer than the header of one would be'.repeat(9));
    expect(() => readFreqtrade(path)).toThrow(/IMPORT_FORMAT.*not a database/);
    rmSync(path);
    new Database(path).exec('CREATE TABLE trades (id)').close();
    expect(() => readFreqtrade(path)).toThrow(/no table "orders"/);
  });
});
