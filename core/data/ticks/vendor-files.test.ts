import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../book/book-events.ts';
import { mergeTickFiles } from './import-ticks.ts';

// Small files with the headers that vendors document.
const T = 1_735_689_600_000;
const KEY = { exchange: 'binance', pair: 'BTC/USDT:USDT' };
const GRID = { tickSize: 0.1, lotSize: 0.001 };

function read(name: string, lines: readonly string[], more: { readonly contractSize?: number } = {}) {
  const bytes = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
  return mergeTickFiles([{ name, bytes: name.endsWith('.gz') ? gzipSync(bytes) : bytes }], {
    ...KEY,
    grid: GRID,
    ...more,
  });
}

/** Kind, side, ticks and lots of each row. */
function rows({ events }: ReturnType<typeof read>) {
  const { length, kind, side, price, lots } = events;
  return Array.from({ length }, (_, i) => [kind[i], side[i], price[i], lots[i]]);
}

const tardis = (us: number) => `binance-futures,BTCUSDT,${T * 1000 + us},${T * 1000 + us + 3000}`;

describe("vendors' files", () => {
  it("a best price that moves onto the other side's old level does not count as crossed: the message ends uncrossed", () => {
    const header = 'update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time';
    const moves = Array.from({ length: 20 }, (_, i) => {
      const bid = 620_000 + i;
      return `${i},${(bid / 10).toFixed(1)},1.5,${((bid + 1) / 10).toFixed(1)},2.0,${T + 10 * i},${T + 10 * i + 3}`;
    });
    const ticker = read('BTCUSDT-bookTicker-2025-01-01.csv', [header, ...moves]);
    expect(ticker.formats).toEqual(['binance-bookTicker']);
    expect(ticker.health.crossedShare).toBe(0);
    expect(rows(ticker).slice(-4)).toEqual([
      [EVENT.depth, 1, 620_018, 0],
      [EVENT.depth, 1, 620_019, 1500],
      [EVENT.depth, -1, 620_019, 0],
      [EVENT.depth, -1, 620_020, 2000],
    ]);
  });

  it("Tardis liquidations are no trades, though they have the columns of trades: the file's name tells", () => {
    const lines = ['exchange,symbol,timestamp,local_timestamp,id,side,price,amount', `${tardis(0)},,buy,93000.05,0.5`];
    const liquidations = read('binance-futures_liquidations_2025-01-01_BTCUSDT.csv.gz', lines);
    expect(rows(liquidations)).toEqual([[EVENT.liquidation, 1, 930_001, 500]]);
    const trades = lines.map((line) => line.replace('93000.05', '93000.1'));
    expect(rows(read('binance-futures_trades_2025-01-01_BTCUSDT.csv.gz', trades))).toEqual([
      [EVENT.trade, 1, 930_001, 500],
    ]);
  });

  it('Tardis quotes and snapshots of levels become changes against the row before', () => {
    const quotes = read('quotes.csv.gz', [
      'exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount',
      `${tardis(0)},1,93000.1,93000.0,2`,
      `${tardis(1000)},1,93000.1,92999.9,2`,
    ]);
    expect(rows(quotes)).toEqual([
      [EVENT.clear, 0, 0, 0],
      [EVENT.depth, 1, 930_000, 2000],
      [EVENT.depth, -1, 930_001, 1000],
      [EVENT.depth, 1, 930_000, 0],
      [EVENT.depth, 1, 929_999, 2000],
    ]);
    const columns = [0, 1].map((k) => `asks[${k}].price,asks[${k}].amount,bids[${k}].price,bids[${k}].amount`);
    const book = read('book_snapshot_2.csv', [
      `exchange,symbol,timestamp,local_timestamp,${columns.join(',')}`,
      `${tardis(0)},93000.1,1,93000.0,2,93000.2,3,92999.9,4`,
      // One level only on the bid side.
      `${tardis(1000)},93000.1,1,93000.0,1,93000.2,3,,`,
    ]);
    expect(rows(book).slice(5)).toEqual([
      [EVENT.depth, 1, 929_999, 0],
      [EVENT.depth, 1, 930_000, 1000],
    ]);
  });

  it('Tardis derivative tickers give open interest where it changed, mark and index', () => {
    const header =
      'exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,predicted_funding_rate,open_interest,last_price,index_price,mark_price';
    const line = (us: number, interest: string) => `${tardis(us)},,0.0001,,${interest},93000.0,,93000.5`;
    expect(rows(read('ticker.csv', [header, line(0, '80000.1'), line(1000, '80000.1'), line(2000, '')]))).toEqual([
      [EVENT.openInterest, 0, 0, 80_000_100],
      [EVENT.mark, 0, 930_005, 0],
      [EVENT.mark, 0, 930_005, 0],
      [EVENT.mark, 0, 930_005, 0],
    ]);
  });

  it("reads OKX's trades by their columns, whatever the file is called, older ones with translated names too", () => {
    const now = read(
      'BTC-USDT-SWAP-trades-2025-01-01.csv',
      ['instrument_name,trade_id,side,price,size,created_time', `BTC-USDT-SWAP,7,sell,93000.1,3,${T}`],
      { contractSize: 0.01 },
    );
    expect([now.formats, rows(now)]).toEqual([['okx-trades'], [[EVENT.trade, -1, 930_001, 30]]]);
    const then = read('BTC-USDT-trades-2022-03-01.csv', [
      'trade_id/\xb4\xe9\xba\xcfid,side/\xbd\xbb\xd2\xd7,size/\xca\xfd\xc1\xbf,price/\xbc\xdb\xb8\xf1,created_time/\xb3\xc9\xbd\xbb',
      `7,buy,0.03,93000.1,${T}`,
    ]);
    expect([then.formats, rows(then)]).toEqual([['okx-trades'], [[EVENT.trade, 1, 930_001, 30]]]);
  });

  it("reads Bybit's spot trades, whose times are ms, beside those of derivatives, in seconds", () => {
    const spot = read('BTCUSDT_2025-01-01.csv.gz', ['id,timestamp,price,volume,side', `1,${T},93000.1,0.02,buy`]);
    const swap = read('BTCUSDT2025-01-01.csv.gz', [
      'timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional',
      `${T / 1000}.0000,BTCUSDT,Buy,0.02,93000.10,ZeroPlusTick,a,1,0.02,1860`,
    ]);
    for (const file of [spot, swap]) {
      expect(rows(file)).toEqual([[EVENT.trade, 1, 930_001, 20]]);
      expect(file.events.originMs + file.events.exchangeTime[0]! / 1e6).toBe(T);
    }
  });

  it("refuses a tick that is not the file's, and says when a file is empty", () => {
    const lines = ['agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker'];
    expect(() => read('aggTrades.csv', [...lines, `1,93000.15,0.01,1,1,${T},true`])).toThrow(
      'Line 2, field 2: the price 93000.15 is no multiple of the tick 0.1',
    );
    expect(() => read('empty.csv.gz', [])).toThrow('TICKS_EMPTY: empty.csv.gz is empty');
  });
});
