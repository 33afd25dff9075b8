import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type BookEvents, validateEvents } from '../book-events.ts';
import { importAggTrades, importArchiveTrades, importBookDepth, importBookTicker } from './binance-archive.ts';
import { importHftbacktest, isOpeningBook } from './hftbacktest.ts';
import { importMetrics } from './metrics.ts';
import { importTardis } from './tardis.ts';
import { importVenueTrades } from './venue-trades.ts';
import { zipEntries } from './zip.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };
const bytes = (text: string) => new TextEncoder().encode(text);

function rows(events: BookEvents): number[][] {
  return Array.from({ length: events.length }, (_, i) => [
    events.see[i]!,
    events.kind[i]!,
    events.side[i]!,
    events.exchangeTime[i]!,
    events.localTime[i]!,
    events.price[i]!,
    events.lots[i]!,
  ]);
}

/** A zip of one file, as NumPy and the archive write it. */
function zipOf(name: string, content: Uint8Array, method: 0 | 8): Uint8Array {
  const packed = method === 8 ? deflateRawSync(content) : content;
  const label = bytes(name);
  const local = new DataView(new ArrayBuffer(30));
  local.setUint32(0, 0x04034b50, true);
  local.setUint16(26, label.length, true);
  const entry = new DataView(new ArrayBuffer(46));
  entry.setUint32(0, 0x02014b50, true);
  entry.setUint16(10, method, true);
  entry.setUint32(16, crc32(content), true);
  entry.setUint32(20, packed.length, true);
  entry.setUint32(24, content.length, true);
  entry.setUint16(28, label.length, true);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, 1, true);
  end.setUint32(16, 30 + label.length + packed.length, true);
  const parts = [local, label, packed, entry, label, end];
  return Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
}

function npyOf(rowsOf: readonly (readonly [ev: number, exchange: bigint, local: bigint, px: number, qty: number])[]) {
  const header = `{'descr': [('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), ('qty', '<f8')], 'fortran_order': False, 'shape': (${rowsOf.length},), }\n`;
  const view = new DataView(new ArrayBuffer(10 + header.length + rowsOf.length * 40));
  bytes('\x00NUMPY\x01\x00').forEach((byte, i) => {
    view.setUint8(i, byte);
  });
  view.setUint8(0, 0x93);
  view.setUint16(8, header.length, true);
  bytes(header).forEach((byte, i) => {
    view.setUint8(10 + i, byte);
  });
  rowsOf.forEach(([ev, exchange, local, px, qty], i) => {
    const at = 10 + header.length + i * 40;
    view.setBigUint64(at, BigInt(ev), true);
    view.setBigInt64(at + 8, exchange, true);
    view.setBigInt64(at + 16, local, true);
    view.setFloat64(at + 24, px, true);
    view.setFloat64(at + 32, qty, true);
  });
  return new Uint8Array(view.buffer);
}

const BUY = 2 ** 29;
const SELL = 2 ** 28;
const BOTH = 2 ** 31 + 2 ** 30;
const T = 1_723_161_256_493_000_001n;

it('reads hftbacktest records to the nanosecond, packed or not, for one reader or both', () => {
  const npy = npyOf([
    [BOTH + BUY + 4, T, T + 99_859_417n, 61_800.2, 2.909],
    [2 ** 31 + SELL + 2, T + 1n, T + 5n, 61_800.3, 0.006],
    [2 ** 30 + BUY + 3, T + 2n, T + 6n, 61_700, 0],
  ]);
  const expected = [
    [3, 0, 1, 1_000_000_001, 1_099_859_418, 618_002, 2909],
    [1, 1, -1, 1_000_000_002, 1_000_000_006, 618_003, 6],
    [2, 2, 1, 1_000_000_003, 1_000_000_007, 617_000, 0],
  ];
  for (const file of [npy, zipOf('data.npy', npy, 0), zipOf('data.npy', npy, 8)]) {
    const events = importHftbacktest(file, { grid });
    expect(events.originMs).toBe(1_723_161_255_493);
    expect(rows(events)).toEqual(expected);
  }
});

it('refuses files that are cut short or something else, and says what', () => {
  const npy = npyOf([[BOTH + BUY + 1, T, T, 1, 1]]);
  expect(() => importHftbacktest(npy.subarray(0, npy.length - 1), { grid })).toThrow(/cut short/);
  expect(() => importHftbacktest(npyOf([[BOTH + BUY + 10, T, T, 1, 1]]), { grid })).toThrow('row 0 has the event 10');
  expect(() => importHftbacktest(bytes('exchange,symbol'), { grid })).toThrow('not a NumPy array');
  const zip = zipOf('data.npy', npy, 8);
  expect(() => importHftbacktest(zip.subarray(0, zip.length - 30), { grid })).toThrow('BOOK_IMPORT');
  expect(zipEntries(zip, 'x')[0]!.name).toBe('data.npy');
  const gzip = gzipSync(bytes('a,b\n1,2\n'));
  expect(() => importTardis(gzip.subarray(0, 15), { grid })).toThrow('cannot be unpacked');
});

it('refuses an archive whose content is not what its checksum says, and one of several files', () => {
  const zip = zipOf('a.csv', bytes('1,100.5,0.25,1,2,1700000000005,true\n'), 0);
  zip[40] = zip[40]! ^ 1;
  expect(() => importAggTrades(zip, { grid })).toThrow('The archive is damaged');
  const broken = zipOf('a.csv', bytes('1,100.5,0.25,1,2,1700000000005,true\n'.repeat(9)), 8);
  broken.fill(0xff, 36, 44);
  expect(() => importAggTrades(broken, { grid })).toThrow('The archive is damaged');
});

it('takes a book without times for one that stood before, and leaves out trades that name no side', () => {
  const opening = importHftbacktest(npyOf([[BOTH + BUY + 4, 0n, 0n, 100.1, 1]]), { grid });
  expect([isOpeningBook(opening), rows(opening)]).toEqual([
    true,
    [
      [3, 2, 0, 0, 0, 0, 0],
      [3, 0, 1, 0, 0, 1001, 1000],
    ],
  ]);
  const notes: string[] = [];
  const trades = importHftbacktest(
    npyOf([
      [BOTH + 2, T, T, 100.1, 1],
      [BOTH + SELL + 2, T, T, 100.1, 1],
    ]),
    { grid, onNote: (text) => notes.push(text) },
  );
  expect([trades.length, isOpeningBook(trades), notes]).toEqual([
    1,
    false,
    ['1 trades do not say who the aggressor was: left out'],
  ]);
  expect(() => importHftbacktest(npyOf([[BOTH + BUY + 1, T, T, 100.15, 1]]), { grid })).toThrow(
    'row 0: the price 100.15 is no multiple of the tick 0.1',
  );
});

it('reads Tardis books with a clear before each snapshot, and trades and marks on the same clock', () => {
  const book = importTardis(
    gzipSync(
      bytes(`exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount
binance-futures,BTCUSDT,1723161256493000,1723161256593001,true,bid,61800.2,2.909
binance-futures,BTCUSDT,1723161256493000,1723161256593001,true,ask,61800.3,1
binance-futures,BTCUSDT,1723161256500000,1723161256600000,false,ask,61800.3,0
`),
    ),
    { grid },
  );
  expect(rows(book)).toEqual([
    [3, 2, 0, 1_000_000_000, 1_100_001_000, 0, 0],
    [3, 0, 1, 1_000_000_000, 1_100_001_000, 618_002, 2909],
    [3, 0, -1, 1_000_000_000, 1_100_001_000, 618_003, 1000],
    [3, 0, -1, 1_007_000_000, 1_107_000_000, 618_003, 0],
  ]);
  expect(() => validateEvents(book)).not.toThrow();
  const { originMs } = book;
  const trades = importTardis(
    bytes(`exchange,symbol,timestamp,local_timestamp,id,side,price,amount\r
b,BTCUSDT,1723161256493,1723161256494,1,sell,61800.2,0.006\r
b,BTCUSDT,1723161256493,1723161256494,2,buy,61800.2,0.0001\r
`),
    { grid, originMs },
  );
  expect(rows(trades)).toEqual([[3, 1, -1, 1_000_000_000, 1_001_000_000, 618_002, 6]]);
  const marks = importTardis(
    bytes(`exchange,symbol,timestamp,local_timestamp,mark_price,index_price
b,BTCUSDT,1723161256493000000,1723161256494000000,61800.4,
`),
    { grid, originMs },
  );
  expect(rows(marks)).toEqual([[3, 3, 0, 1_000_000_000, 1_001_000_000, 618_004, 0]]);
});

it('names line and field of what is not a number, and the columns there are', () => {
  const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n';
  const file = (row: string) => () => importTardis(bytes(header + row), { grid, where: 'day.csv' });
  expect(file('b,X,1723161256493,1723161256493,1,buy,abc,1')).toThrow(
    /Line 2, field 7: "abc" is not a number \(day.csv\)/,
  );
  expect(file('b,X,1723161256493,17231')).toThrow('Line 2 has 4 fields of 8');
  expect(() => importTardis(bytes('time,price\n1,2\n'), { grid })).toThrow('no column "timestamp"');
});

it('reads the Binance archive with and without header, and takes the maker flag for what it means', () => {
  const options = { grid, originMs: 1_700_000_000_000, feedLatencyNs: 7 };
  const futures = importAggTrades(
    zipOf(
      'x.csv',
      bytes(
        'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n1,100.5,0.25,1,2,1700000000005,true\n',
      ),
      8,
    ),
    options,
  );
  expect(rows(futures)).toEqual([[3, 1, -1, 5_000_000, 5_000_007, 1005, 250]]);
  const spot = importAggTrades(bytes('1,100.5,0.25,1,2,1700000000005123,False,True\n'), options);
  expect(rows(spot)).toEqual([[3, 1, 1, 5_123_000, 5_123_007, 1005, 250]]);
  const trades = importArchiveTrades(bytes('9,100.5,0.25,25.1,1700000000005,true\n'), options);
  expect(rows(trades)).toEqual(rows(futures));
});

it('keeps one level a side from the book ticker, taking the old one away', () => {
  const events = importBookTicker(
    bytes('1,100.0,1,100.1,2,1700000000001,1700000000002\n2,100.0,1,100.2,3,1700000000003,1700000000003\n'),
    { grid, originMs: 1_700_000_000_000, feedLatencyNs: 0 },
  );
  expect(rows(events)[0]!.slice(0, 4)).toEqual([3, 2, 0, 1_000_000]);
  expect(
    rows(events)
      .slice(1)
      .map(([, , side, time, , price, lots]) => [side, time, price, lots]),
  ).toEqual([
    [1, 1_000_000, 1000, 1000],
    [-1, 1_000_000, 1001, 2000],
    [-1, 3_000_000, 1001, 0],
    [-1, 3_000_000, 1002, 3000],
  ]);
});

it('reads depth by percent into a table', () => {
  const table = importBookDepth(
    bytes(
      'timestamp,percentage,depth,notional\n2023-01-01 00:00:06,-1,5,500\n2023-01-01 00:00:06,1,6,600\n2023-01-01 00:00:36,-1,7,700\n',
    ),
  );
  expect([...table.time]).toEqual([1_672_531_206_000, 1_672_531_236_000]);
  expect([...table.values['depth-1']!]).toEqual([5, 7]);
  expect([...table.values.notional1!]).toEqual([600, Number.NaN]);
});

it('reads depth by percent and metrics without their header lines, and names what is below 0 or no time', () => {
  const depth = importBookDepth(bytes('2023-01-01 00:00:06,-1,5,500\n2023-01-01 00:00:06,1,6,600\n'));
  expect([...depth.time, ...depth.values.depth1!]).toEqual([1_672_531_206_000, 6]);
  expect(() => importBookDepth(bytes('2023-01-01 00:00:06,-1,-5,500\n'))).toThrow('Line 1, field 3: -5 is below 0');
  const metrics = importMetrics(bytes('2023-01-01 00:05:00,BTCUSDT,10.5,500,1.1,1.2,1.3,\n'));
  expect([...metrics.time, ...metrics.values.amount!]).toEqual([1_672_531_500_000, 10.5]);
  expect(() => importMetrics(bytes('2023-13-01 00:05:00,BTCUSDT,10.5,500,1.1,1.2,1.3,\n'))).toThrow('is no time');
});

const tradesOf = ({ side, exchangeTime, price, lots }: BookEvents) =>
  [...side].map((s, i) => [s, exchangeTime[i], price[i], lots[i]]);

it('reads trade dumps of Bybit and OKX: the taker’s side, seconds with a fraction, newest first', () => {
  const bybit = importVenueTrades(
    bytes(
      'timestamp,symbol,side,size,price,tickDirection,trdMatchID\n1704067201.5,BTCUSDT,Sell,0.002,42000.2,PlusTick,b\n1704067200.1234,BTCUSDT,Buy,0.001,42000.1,PlusTick,a\n',
    ),
    'bybit',
    { grid },
  );
  expect(tradesOf(bybit)).toEqual([
    [1, 1_000_400_000, 420_001, 1],
    [-1, 2_377_000_000, 420_002, 2],
  ]);
  const okx = importVenueTrades(
    bytes('instrument_name,trade_id,side,price,size,created_time\nBTC-USDT,7,sell,42000.1,0.003,1704067200123\n'),
    'okx',
    { grid },
  );
  expect(tradesOf(okx)).toEqual([[-1, 1_000_000_000, 420_001, 3]]);
  expect(() => importVenueTrades(bytes('timestamp,side,size,price\n1704067200.5,up,1,1\n'), 'bybit', { grid })).toThrow(
    'Line 2 has the side "up"',
  );
});

it('drops a trade of less than half a lot, and names the line of a negative size or a price of nothing', () => {
  const trades = (price: string, amount: string) =>
    importTardis(
      bytes(`timestamp,local_timestamp,side,price,amount\n1700000000000000,1700000000001000,buy,${price},${amount}\n`),
      { grid: { tickSize: 0.1, lotSize: 0.001 } },
    );
  expect(trades('100', '0.0001').length).toBe(0);
  expect(() => trades('100', '-0.01')).toThrow('Line 2 has the size -0.01');
  expect(() => trades('0.0', '1')).toThrow('Line 2, field 4: the price is 0');
});
