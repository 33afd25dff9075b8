import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { EVENT, EventBuilder, SEE } from '../../book/book-events.ts';
import { FeedRecorder } from './feed-recorder.ts';
import { readSummary } from './import-summaries.ts';
import { mergeTickFiles, storeTicks, tickFormat } from './import-ticks.ts';
import { byDay } from './tick-columns.ts';
import { TickParts } from './tick-parts.ts';
import { missingTicks, readTickDay, tickDays, tickKeys, writeTickDay } from './tick-store.ts';

const root = mkdtempSync(join(tmpdir(), 'tidegate-ticks-'));
afterAll(() => rmSync(root, { recursive: true }));
const key = { exchange: 'binance', pair: 'BTC/USDT:USDT' };
const grid = { tickSize: 0.1, lotSize: 0.001 };
const midnight = Date.UTC(2024, 7, 9);

/** A trade a second around midnight, from ten seconds before to ten after. */
function aroundMidnight(price = 1000) {
  const builder = new EventBuilder(midnight - 10_000);
  for (let i = 0; i < 20; i++)
    builder.push(SEE.both, EVENT.trade, i % 2 ? 1 : -1, i * 1e9 + 7, i * 1e9 + 5_000_003, price + i, 3);
  return builder.events();
}

it('keeps every nanosecond, tick and lot through a day on disk', async () => {
  const days = byDay(aroundMidnight());
  expect(days.map((d) => [d.day, d.events.length])).toEqual([
    ['2024-08-08', 10],
    ['2024-08-09', 10],
  ]);
  for (const { day, events } of days) expect(await writeTickDay(root, key, day, events, grid)).toBe('added');
  const [, second] = await tickDays(root, key);
  const read = await readTickDay(second!, midnight - 10_000);
  expect(read.grid).toEqual(grid);
  expect([...read.events.exchangeTime]).toEqual([...days[1]!.events.exchangeTime]);
  expect([...read.events.localTime]).toEqual([...days[1]!.events.localTime]);
  expect([...read.events.price]).toEqual([...days[1]!.events.price]);
  expect(await tickKeys(root)).toEqual([key]);
});

it('stores the same day again without a change, refuses another, and replaces it when told to', async () => {
  const [same] = byDay(aroundMidnight());
  const [other] = byDay(aroundMidnight(2000));
  expect(await writeTickDay(root, key, same!.day, same!.events, grid)).toBe('same');
  await expect(writeTickDay(root, key, other!.day, other!.events, grid)).rejects.toThrow('TICKS_DAY_EXISTS');
  expect(await writeTickDay(root, key, other!.day, other!.events, grid, { overwrite: true })).toBe('replaced');
});

it('reads days as parts, the next one loaded ahead, cut to the range', async () => {
  const days = await tickDays(root, key);
  const parts = new TickParts(days, { from: midnight - 2000, to: midnight + 3000 });
  const seen: number[] = [];
  for (const reader = parts[Symbol.iterator](); ; ) {
    await parts.ready();
    const { done, value } = reader.next();
    if (done) break;
    seen.push(value.length);
  }
  expect(seen).toEqual([2, 3]);
});

it('opens a range with the book of before, also across midnight, but not over a pause', async () => {
  const levels = { exchange: 'binance', pair: 'ETH/USDT:USDT' };
  const builder = new EventBuilder(midnight - 10_000);
  const put = (second: number, side: number, price: number) =>
    builder.push(SEE.both, EVENT.depth, side, second * 1e9, second * 1e9 + 1e6, price, 5);
  put(1, 1, 990);
  put(2, -1, 1010);
  put(13, 1, 991);
  put(15, -1, 1009);
  for (const { day, events } of byDay(builder.events())) await writeTickDay(root, levels, day, events, grid);
  const days = await tickDays(root, levels);
  const first = async (parts: TickParts) => {
    await parts.ready();
    const { value } = parts[Symbol.iterator]().next();
    return [...value.kind].map((kind, i) => (kind === EVENT.clear ? 'clear' : value.price[i]));
  };
  expect(await first(new TickParts(days, { from: midnight - 8500 }))).toEqual(['clear', 990, 1010]);
  expect(await first(new TickParts(days.slice(1), {}, undefined, days[0]))).toEqual([991, 1009]);
  expect(await first(new TickParts(days.slice(1), { from: midnight + 4000 }, undefined, days[0]))).toEqual([
    'clear',
    991,
    1009,
  ]);
});

it('says what is stored where a pair has no ticks', async () => {
  expect((await missingTicks(root, { exchange: 'binance', pair: 'BTC/USD:USDT' })).message).toContain(
    'Stored: binance BTC/USDT:USDT',
  );
});

it('says which days there are where a pair has ticks of other times only', async () => {
  const { message } = await missingTicks(root, key, { from: Date.UTC(2030, 0, 1), to: Date.UTC(2030, 0, 2) });
  expect(message).toContain('are stored from 2030-01-01T00:00:00.000Z to 2030-01-02T00:00:00.000Z');
  const days = await tickDays(root, key);
  expect(message).toContain(`Stored: ${days.length} days, ${days[0]!.day} to ${days.at(-1)!.day}.`);
  expect(message).not.toContain('Did you mean');
});

it('names a day that was cut short', async () => {
  const { path, ...rest } = (await tickDays(root, key))[1]!;
  const cut = join(root, 'cut.parquet');
  writeFileSync(cut, readFileSync(path).subarray(0, 300));
  await expect(readTickDay({ ...rest, path: cut }, midnight)).rejects.toThrow('DATA_CORRUPT');
});

describe('import', () => {
  const text = (s: string) => new TextEncoder().encode(s);
  const capture = (rows: string) => ({ name: 'x.csv', bytes: text(`exch_ns,local_ns,kind,side,price,qty\n${rows}`) });
  const options = { ...key, grid };

  it('tells formats apart by header and name', () => {
    const of = (name: string, header: string) => tickFormat({ name, bytes: text(`${header}\n1\n`) });
    expect(of('a.csv', 'timestamp,local_timestamp,is_snapshot,side,price,amount')).toBe('tardis');
    expect(of('BTCUSDT-aggTrades-2024-01-01.csv', '1,2,3,4,5,6,true')).toBe('binance-aggTrades');
    expect(of('BTCUSDT2024.csv', 'timestamp,symbol,side,size,price,tickDirection,trdMatchID')).toBe('bybit-trades');
    expect(of('okx.csv', 'instrument_name,trade_id,side,price,size,created_time')).toBe('okx-trades');
    expect(() => of('a.csv', 'foo,bar')).toThrow(
      'TICKS_FILE_UNKNOWN: a.csv is of no known format; it begins with "foo,bar"',
    );
  });

  it('reads periodic summaries into series of their own, and refuses ones whose time goes back', () => {
    const summary = (name: string, rows: string) => readSummary({ name, bytes: text(rows) });
    const header =
      'create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio\n';
    const metrics = summary(
      'BTCUSDT-metrics-2024-01-01.csv',
      `${header}2024-01-01 00:05:00,BTCUSDT,100.5,4200000,1.2,1.1,,0.9\n2024-01-01 00:10:00,BTCUSDT,101,4300000,1.3,1.1,1.5,0.8\n`,
    );
    expect(metrics!.type).toBe('oi');
    expect([...metrics!.table.time]).toEqual([1_704_067_500_000, 1_704_067_800_000]);
    expect([...metrics!.table.values.amount!]).toEqual([100.5, 101]);
    expect([...metrics!.table.values.longShortRatio!]).toEqual([Number.NaN, 1.5]);
    const depth = 'timestamp,percentage,depth,notional\n';
    expect(summary('x-bookDepth.csv', `${depth}2023-01-01 00:00:06,-1,5,500\n`)!.type).toBe('depth');
    expect(() =>
      summary('x-bookDepth.csv', `${depth}2023-01-01 00:00:06,-1,5,500\n2023-01-01 00:00:05,-1,5,500\n`),
    ).toThrow('TICKS_SUMMARY');
    expect(summary('trades.csv', 'id,price,qty,quote_qty,time,is_buyer_maker\n')).toBeNull();
  });

  it('moves a receive clock that runs before the exchange’s, and says by how much', () => {
    const { events, clockShiftNs } = mergeTickFiles(
      [
        capture(
          '1700000000000000000,1699999999000000000,snapshot,b,100.0,1\n1700000000000000000,1699999999000000000,snapshot,a,100.2,1\n',
        ),
      ],
      options,
    );
    expect(clockShiftNs).toBe(1_001_000_000);
    expect(events.localTime[0]! - events.exchangeTime[0]!).toBe(1_000_000);
  });

  it('puts rows whose times go back in order, and says how many there were', () => {
    const row = (second: number) => `17000000${second}000000,17000000${second}001000,buy,100.0,1\n`;
    const text = `timestamp,local_timestamp,side,price,amount\n${row(10)}${row(30)}${row(20)}${row(40)}`;
    const { events, rowsBack } = mergeTickFiles([{ name: 'x.csv', bytes: Buffer.from(text) }], options);
    expect(rowsBack).toBe(1);
    expect([...events.localTime].every((time, i, all) => i === 0 || time > all[i - 1]!)).toBe(true);
  });

  it('refuses a book that is crossed most of the time, and one with a negative size', () => {
    const crossed = [0, 1, 2, 3].map(
      (s) =>
        `170000000${s}000000000,170000000${s}000000000,${s ? 'delta' : 'snapshot'},b,${101 + s},1\n170000000${s}000000000,170000000${s}000000000,${s ? 'delta' : 'snapshot'},a,${100 - s},1\n`,
    );
    expect(() => mergeTickFiles([capture(crossed.join(''))], options)).toThrow('TICKS_CROSSED');
    expect(() =>
      mergeTickFiles([capture('1700000000000000000,1700000000000000000,snapshot,b,100,-1\n')], options),
    ).toThrow('Line 2 has the size -1 ');
  });

  it('names a file that was cut short', () => {
    const whole = gzipSync(
      text('exch_ns,local_ns,aggressor,price,qty\n1700000000000000000,1700000000000000000,buy,1,1\n'),
    );
    expect(() => mergeTickFiles([{ name: 'cut.csv.gz', bytes: whole.subarray(0, 40) }], options)).toThrow('cut short');
  });

  it("takes Bybit's and OKX's dumps of books for what they are, together with trades", () => {
    const levels = { b: [['100', '1']], a: [['100.1', '1']] };
    const bybit = { topic: 'orderbook.500.BTCUSDT', type: 'snapshot', ts: 1_700_000_000_000, data: levels };
    const okx = { instId: 'BTC-USDT', action: 'snapshot', ts: '1700000000000', bids: levels.b, asks: levels.a };
    const trades = 'timestamp,symbol,side,size,price,trdMatchID\n1700000000.5,BTCUSDT,Buy,0.5,100.1,x\n';
    const ticks = mergeTickFiles(
      [
        { name: '2023-11-14_BTCUSDT_ob500.data', bytes: text(JSON.stringify(bybit)) },
        { name: 'BTCUSDT2023-11-14.csv', bytes: text(trades) },
      ],
      options,
    );
    expect(ticks.formats).toEqual(['bybit-book', 'bybit-trades']);
    expect([...ticks.events.kind]).toEqual([EVENT.clear, EVENT.depth, EVENT.depth, EVENT.trade]);
    const one = mergeTickFiles([{ name: 'book.data', bytes: text(JSON.stringify(okx)) }], options);
    expect(one.formats).toEqual(['okx-book']);
  });

  it('reads what was recorded live', async () => {
    const files = { l2: '', trades: '' };
    const recorder = new FeedRecorder({ l2: (t) => (files.l2 += t), trades: (t) => (files.trades += t) });
    const at = (s: number) => BigInt(1_700_000_000 + s) * 1_000_000_000n;
    recorder.book(
      {
        timestamp: 1_700_000_000_000,
        bids: [
          [100, 1],
          [99.9, 2],
        ],
        asks: [[100.1, 1]],
      },
      at(1),
    );
    recorder.book({ timestamp: 1_700_000_001_000, bids: [[100, 3]], asks: [[100.1, 1]] }, at(2));
    recorder.trades([{ timestamp: 1_700_000_001_500, side: 'sell', price: 100, amount: 0.5 }], at(3));
    const ticks = mergeTickFiles(
      [
        { name: 'l2.csv', bytes: text(files.l2) },
        { name: 'trades.csv', bytes: text(files.trades) },
      ],
      options,
    );
    const rows = [...ticks.events.kind].map(
      (kind, i) => `${kind} ${ticks.events.side[i]} ${ticks.events.price[i]} ${ticks.events.lots[i]}`,
    );
    expect(rows).toEqual([
      '2 0 0 0',
      '0 1 1000 1000',
      '0 1 999 2000',
      '0 -1 1001 1000',
      '0 1 999 0',
      '0 1 1000 3000',
      '1 -1 1000 500',
    ]);
    const reference = { text: '' };
    const beside = new FeedRecorder({ l2() {}, trades() {}, reference: (t) => (reference.text += t) });
    const due = 1_700_000_010_000;
    const funding = { timestamp: 1_700_000_000_000, mark: 100.04, index: 100, rate: 0.0001, nextAt: due };
    beside.funding(funding, at(1));
    beside.funding({ ...funding, timestamp: due, rate: 0.0003, nextAt: due + 28_800_000 }, at(11));
    beside.openInterest(due, 12.5, at(12));
    beside.liquidation({ timestamp: due, side: 'sell', price: 99.9, amount: 0.25 }, at(12));
    const { events } = mergeTickFiles([{ name: 'reference.csv', bytes: text(reference.text) }], options);
    const told = [...events.kind].map((kind, i) => [kind, events.side[i], events.price[i], events.lots[i]]);
    expect(told.filter(([kind]) => kind !== EVENT.index)).toEqual([
      [EVENT.mark, 0, 1000, 0],
      [EVENT.mark, 0, 1000, 0],
      [EVENT.funding, 0, 1000, 0.0001],
      [EVENT.openInterest, 0, 0, 12_500],
      [EVENT.liquidation, -1, 999, 250],
    ]);
    const stored = await storeTicks(join(root, 'live'), ticks, options);
    expect(stored).toEqual([{ day: '2023-11-14', rows: 7, outcome: 'added' }]);
  });
});
