import { describe, expect, it } from 'vitest';
import { EVENT, SEE } from '../../book/book-events.ts';
import { mergeTickFiles, type TickImportOptions } from './import-ticks.ts';

const T = 1_735_689_600_000;
const options: TickImportOptions = {
  exchange: 'binance',
  pair: 'BTC/USDT:USDT',
  grid: { tickSize: 0.1, lotSize: 0.001 },
};

function file(name: string, lines: readonly string[]) {
  return { name, bytes: Buffer.from(`${lines.join('\n')}\n`) };
}

const AGG = 'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker';
const agg = (id: number, ms: number, more: { maker?: string; price?: string; size?: string } = {}) =>
  `${id},${more.price ?? '93000.1'},${more.size ?? '0.01'},1,1,${T + ms},${more.maker ?? 'true'}`;
const aggTrades = (...rows: readonly string[]) => file('BTCUSDT-aggTrades-2025-01-01.csv', [AGG, ...rows]);

const TRADES = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount';
const trade = (id: number, side: string, symbol = 'BTCUSDT') =>
  `binance-futures,${symbol},${(T + id) * 1000},${(T + id) * 1000 + 3000},${id},${side},93000.1,0.01`;

const BOOK = 'exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount';
const level = (ms: number, snapshot: string, side: string, price: string, delayMs = 3) =>
  `binance-futures,BTCUSDT,${(T + ms) * 1000},${(T + ms + delayMs) * 1000},${snapshot},${side},${price},1`;

/** hftbacktest's records as NumPy writes them. Times in ms after T; `null`: the zero of a snapshot. */
function npy(name: string, rows: readonly (readonly [ev: number, exchange: number | null, local: number | null])[]) {
  const header = `{'descr': [('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), ('qty', '<f8')], 'fortran_order': False, 'shape': (${rows.length},), }\n`;
  const head = Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 0, 0]), Buffer.from(header)]);
  head.writeUInt16LE(header.length, 8);
  const body = Buffer.alloc(rows.length * 40);
  rows.forEach(([ev, exchange, local], i) => {
    const ns = (ms: number | null) => (ms === null ? 0n : BigInt(T + ms) * 1_000_000n);
    body.writeBigUInt64LE(BigInt(ev), i * 40);
    body.writeBigInt64LE(ns(exchange), i * 40 + 8);
    body.writeBigInt64LE(ns(local), i * 40 + 16);
    body.writeDoubleLE(93000.1 + i, i * 40 + 24);
    body.writeDoubleLE(1, i * 40 + 32);
  });
  return { name, bytes: Buffer.concat([head, body]) };
}

const [EXCHANGE, LOCAL, BUY] = [2 ** 31, 2 ** 30, 2 ** 29];
const [DEPTH, TRADE, SNAPSHOT] = [1, 2, 4];

describe('files with faults', () => {
  it('reads a trade that stands there twice once, by its id', () => {
    const rows = [agg(1, 0), agg(2, 5), agg(3, 5), agg(2, 5), agg(3, 5), agg(4, 9)];
    const { events, notes, rowsBack } = mergeTickFiles([aggTrades(...rows)], options);
    expect([events.length, rowsBack]).toEqual([4, 0]);
    expect(notes).toEqual([
      'BTCUSDT-aggTrades-2025-01-01.csv: 2 of 6 trades stand there twice (the same id): read once',
    ]);
  });

  it('refuses two files that tell the same time, and reads one that is given twice once', () => {
    const [one, other] = [aggTrades(agg(1, 0), agg(2, 90)), file('x-aggTrades.csv', [agg(1, 0), agg(2, 90)])];
    expect(() => mergeTickFiles([one, other], options)).toThrow(
      'TICKS_OVERLAP: BTCUSDT-aggTrades-2025-01-01.csv and x-aggTrades.csv both tell trades',
    );
    const { events, notes } = mergeTickFiles([one, one], options);
    expect([events.length, notes]).toEqual([
      2,
      ['BTCUSDT-aggTrades-2025-01-01.csv holds what BTCUSDT-aggTrades-2025-01-01.csv does: read once'],
    ]);
  });

  it('takes a flag for what it says in any spelling, and refuses one that is none: the columns stand in another order', () => {
    const sides = (maker: string) => mergeTickFiles([aggTrades(agg(1, 0, { maker }))], options).events.side[0];
    expect(['true', 'True', '1', 'false', '0'].map(sides)).toEqual([-1, -1, -1, 1, 1]);
    expect(() => sides('17')).toThrow('Line 2, field 7: "17" is neither true nor false');
  });

  it('refuses what is no time, and one that lies years from the others', () => {
    const of = (time: string) => () =>
      mergeTickFiles([aggTrades(agg(1, 0), `2,93000.1,0.01,1,1,${time},true`)], options);
    for (const time of ['', '100', '1.7e+12', 'abc', '173568960000x', '17356896000000'])
      expect(of(time)).toThrow(`Line 3, field 6: "${time}" is no time`);
    expect(of(String(T + 300 * 86_400_000))).toThrow('2025-10-28T00:00:00.000Z is over 104 days from');
  });

  it('refuses a lot that most sizes do not fit, and rounds and tells a few that do not', () => {
    const sized = (n: number, size: string) => Array.from({ length: n }, (_, i) => agg(i + 1, i, { size }));
    expect(() => mergeTickFiles([aggTrades(...sized(10, '0.0123'))], options)).toThrow(
      '10 of 10 sizes are no multiple of the lot 0.001: the first is 0.0123 in line 2',
    );
    const { notes } = mergeTickFiles([aggTrades(...sized(9, '0.012'), agg(10, 10, { size: '0.0123' }))], options);
    expect(notes).toEqual([
      'BTCUSDT-aggTrades-2025-01-01.csv: 1 of 10 sizes are no multiple of the lot 0.001: the first is 0.0123 in line 11; they were rounded',
    ]);
  });

  it('leaves out a few trades without an aggressor, and refuses a file of many', () => {
    const known = Array.from({ length: 19 }, (_, i) => trade(i, 'buy'));
    const { events, notes } = mergeTickFiles([file('trades.csv', [TRADES, ...known, trade(19, 'unknown')])], options);
    expect([events.length, notes]).toEqual([
      19,
      ['trades.csv: 1 of 20 trades do not say who the aggressor was: left out'],
    ]);
    const of = (side: string) => () => mergeTickFiles([file('trades.csv', [TRADES, trade(1, side)])], options);
    expect(of('')).toThrow('1 of 1 trades do not say who the aggressor was');
    expect(of('up')).toThrow('Line 2 has the side "up"');
  });

  it('refuses the file of another pair and rows of a second symbol, unless a symbol is named', () => {
    const eth = file('eth.csv', [TRADES, trade(1, 'buy', 'ETHUSDT')]);
    expect(() => mergeTickFiles([eth], options)).toThrow('TICKS_SYMBOL: eth.csv is about ETHUSDT, not about BTC/USDT');
    const other = { ...aggTrades(agg(1, 0)), name: 'ETHUSDT-aggTrades-2025-01-01.csv' };
    expect(() => mergeTickFiles([other], options)).toThrow('is about ETHUSDT');
    const both = file('both.csv', [TRADES, trade(1, 'buy'), trade(2, 'sell', 'ETHUSDT'), trade(3, 'buy')]);
    expect(() => mergeTickFiles([both], options)).toThrow('Line 3 is about ETHUSDT, the lines before about BTCUSDT');
    expect(mergeTickFiles([both], { ...options, symbol: 'ETHUSDT' }).events.length).toBe(1);
    expect(mergeTickFiles([file('x.csv', [TRADES, trade(1, 'buy', 'XBTUSDT')])], options).events.length).toBe(1);
  });

  it('reads flags of snapshots in any spelling, and says when there is no snapshot', () => {
    const book = (flag: string) => [level(0, flag, 'bid', '93000.0'), level(0, flag, 'ask', '93000.1')];
    const whole = mergeTickFiles([file('b.csv', [BOOK, ...book('True')])], options);
    expect([whole.health.snapshots, whole.notes]).toEqual([1, []]);
    const cut = mergeTickFiles([file('b.csv', [BOOK, ...book('False')])], options);
    expect(cut.notes).toEqual(['no snapshot: levels that have not changed yet are missing from the book']);
  });

  it('refuses best prices whose sides are swapped, and tells single rows of that kind', () => {
    const header = 'update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time';
    const row = (i: number, bid: string, ask: string) => `${i},${bid},1.5,${ask},2.0,${T + i},${T + i}`;
    const of = (...rows: readonly string[]) =>
      mergeTickFiles([file('BTCUSDT-bookTicker-1.csv', [header, ...rows])], options);
    expect(() => of(row(0, '93000.1', '93000.0'))).toThrow(
      '1 of 1 rows show a bid at or above the ask, the first in line 2',
    );
    const fine = Array.from({ length: 30 }, (_, i) => row(i, '93000.0', '93000.1'));
    expect(of(...fine, row(31, '93000.1', '93000.1')).notes).toEqual([
      'BTCUSDT-bookTicker-1.csv: 1 of 31 rows show a bid at or above the ask, the first in line 32',
    ]);
  });

  it('counts all the time that a book stands crossed, not only up to the next message', () => {
    const rows = [
      level(0, 'true', 'bid', '93000.0'),
      level(0, 'true', 'ask', '93000.1'),
      level(10, 'false', 'bid', '93000.2'),
      level(20, 'false', 'bid', '92999.0'),
      level(40, 'false', 'bid', '93000.2').replace(/1$/, '0'),
      level(100, 'false', 'bid', '92998.0'),
    ];
    expect(mergeTickFiles([file('b.csv', [BOOK, ...rows])], options).health.crossedShare).toBeCloseTo(0.3, 12);
  });

  it('mends one wild receive time instead of moving the clock of all rows', () => {
    const rows = Array.from({ length: 2000 }, (_, i) =>
      level(i, i === 0 ? 'true' : 'false', 'bid', '93000.0', i === 900 ? -3_600_000 : 3),
    );
    const { clockShiftNs, events, notes } = mergeTickFiles([file('b.csv', [BOOK, ...rows])], options);
    expect([clockShiftNs, events.length]).toEqual([0, 2001]);
    expect(events.localTime[901]! - events.exchangeTime[901]!).toBe(3e6);
    expect(notes).toEqual(['b.csv: 1 of 2001 rows were received far before they happened: taken with the row before']);
  });

  it('reads text with a byte order mark or quotes, and says what a file begins with that is no table', () => {
    const quoted = [AGG, agg(1, 0)].map((line) =>
      line
        .split(',')
        .map((field) => `"${field}"`)
        .join(','),
    );
    for (const lines of [quoted, [`\ufeff${AGG}`, agg(1, 0)]])
      expect(mergeTickFiles([file('aggTrades.csv', lines)], options).events.length).toBe(1);
    expect(() => mergeTickFiles([file('aggTrades.csv', ['<Error>NoSuchKey</Error>'])], options)).toThrow(
      'it begins with "<Error>NoSuchKey</Error>"',
    );
  });

  it('Tardis tickers give the funding that was paid when its announced time has passed', () => {
    const header =
      'exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,open_interest,index_price,mark_price';
    const row = (ms: number, due: number, rate: string) =>
      `b,BTCUSDT,${(T + ms) * 1000},${(T + ms + 2) * 1000},${(T + due) * 1000},${rate},,,93000.5`;
    const lines = [header, row(0, 1000, '0.0001'), row(900, 1000, '0.0003'), row(1005, 9000, '0.0002')];
    const { events, rowsBack } = mergeTickFiles([file('binance_derivative_ticker.csv', lines)], options);
    expect([...events.kind]).toEqual([EVENT.mark, EVENT.mark, EVENT.funding, EVENT.mark]);
    expect([events.lots[2], events.price[2], rowsBack]).toEqual([0.0003, 930_005, 0]);
    expect([events.exchangeTime[2]! - events.exchangeTime[0]!, events.localTime[2]! - events.exchangeTime[2]!]).toEqual(
      [1e9, 2e6],
    );
  });
});

describe("hftbacktest's files", () => {
  it('joins days whose rows are split for their readers without doubling them, and counts times back by reader', () => {
    const one = npy('a.npy', [
      [EXCHANGE + LOCAL + BUY + DEPTH, 0, 5],
      [EXCHANGE + BUY + TRADE, 1, 9],
      [LOCAL + BUY + DEPTH, 0, 6],
      [LOCAL + BUY + TRADE, 1, 9],
    ]);
    const two = npy('b.npy', [[EXCHANGE + LOCAL + BUY + TRADE, 20, 21]]);
    for (const files of [
      [one, two],
      [two, one],
    ]) {
      const { events, rowsBack } = mergeTickFiles(files, options);
      expect([...events.see]).toEqual([SEE.both, SEE.exchange, SEE.local, SEE.local, SEE.both]);
      expect(rowsBack).toBe(0);
    }
    // Files that reach into each other are merged row by row.
    const within = npy('c.npy', [[EXCHANGE + LOCAL + BUY + DEPTH, 1, 8]]);
    const { see } = mergeTickFiles([one, within], options).events;
    const rowsOf = (reader: number) => see.filter((bits) => bits & reader).length;
    expect([rowsOf(SEE.exchange), rowsOf(SEE.local)]).toEqual([3, 4]);
  });

  it('puts a book without a time before the file that goes on from it, and refuses it alone', () => {
    const opening = npy('eod.npy', [[EXCHANGE + LOCAL + BUY + SNAPSHOT, null, null]]);
    const day = npy('day.npy', [[EXCHANGE + LOCAL + BUY + TRADE, 20, 21]]);
    for (const files of [
      [opening, day],
      [day, opening],
    ]) {
      const { events } = mergeTickFiles(files, options);
      expect([...events.kind]).toEqual([EVENT.clear, EVENT.depth, EVENT.trade]);
      expect(new Set(events.exchangeTime).size).toBe(1);
    }
    expect(() => mergeTickFiles([opening], options)).toThrow('TICKS_SNAPSHOT_ALONE');
  });
});
