import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { sqlText, withDuck } from '../store/duck.ts';
import { parseFileName } from './file-name.ts';
import { lz4Frame } from './lz4.ts';
import { parseNumber, parseTime, readPlain } from './parse-number.ts';
import { readDataFile } from './read-file.ts';

const temporary = mkdtempSync(join(tmpdir(), 'importer-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const bytes = (text: string) => new TextEncoder().encode(text);
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

async function read(name: string, text: string) {
  const path = join(temporary, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  const set = await readDataFile(parseFileName(path)!);
  return Object.fromEntries(Object.entries(set.columns).map(([key, column]) => [key, Array.from(column)]));
}

it('parses every decimal text as Number does', () => {
  const text = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(20)).map(([n, d]) => `${n}.${'1'.repeat(d)}`),
    fc.integer().map(String),
  );
  fc.assert(
    fc.property(text, (x) => Object.is(parseNumber(bytes(x), 0, x.length), Number(x))),
    { numRuns: 2_000 },
  );
  expect(parseNumber(bytes(''), 0, 0)).toBeNaN();
  expect(parseNumber(bytes('-'), 0, 1)).toBeNaN();
});

it.each([
  ['1700000000', 1_700_000_000_000],
  ['1700000000123', 1_700_000_000_123],
  ['1700000000123456', 1_700_000_000_123.456],
  ['1723161256298000256', 1_723_161_256_298 + 2 ** -12],
  ['2024-01-31', Date.UTC(2024, 0, 31)],
  ['2024-01-31 12:00:00', Date.UTC(2024, 0, 31, 12)],
  ['2024-01-31T12:00:00+01:00', Date.UTC(2024, 0, 31, 11)],
])('reads the time %s', (text, expected) => expect(parseTime(bytes(text), 0, text.length)).toBe(expected));

it.each([
  ['BTC_USDT-1h.csv.gz', 'BTC/USDT', 'candles', '1h'],
  ['BTC_USDT_USDT-5m-futures.feather', 'BTC/USDT:USDT', 'candles', '5m'],
  ['BTC_USDT_USDT-8h-funding_rate.feather', 'BTC/USDT:USDT', 'funding', null],
  ['BTC_USDT_USDT-8h-mark.feather', 'BTC/USDT:USDT', 'mark', '8h'],
  ['BTC_USDT_USDT-funding.csv.gz', 'BTC/USDT:USDT', 'funding', null],
  ['ETH_USDT-trades-20240808.csv.gz', 'ETH/USDT', 'trades', null],
  ['BTC_USDT-1M.parquet', 'BTC/USDT', 'candles', '1M'],
])('understands the file name %s', (name, pair, type, timeframe) =>
  expect(parseFileName(`/x/${name}`)).toMatchObject({ pair, type, timeframe }),
);

it('leaves other file names alone', () => {
  for (const name of ['README.md', 'index.json', 'notes.csv', 'BTC_USDT-l1-20240808.csv.gz'])
    expect(parseFileName(name)).toBeNull();
});

it('reads candles with a header in any order, extra columns, Windows line ends and a final blank line', async () => {
  const text =
    'volume,date,Open,High,Low,Close,trades\r\n5,2024-01-01 00:00:00,1,3,0.5,2,9\r\n6,2024-01-01 01:00:00,2,4,1.5,3,8\r\n\r\n';
  expect(await read('A_B-1h.csv', text)).toEqual({
    volume: [5, 6],
    time: [1704067200000, 1704070800000],
    open: [1, 2],
    high: [3, 4],
    low: [0.5, 1.5],
    close: [2, 3],
  });
});

it('reads what stands above the header, cells in quotes with separators in them, and digits with Windows line ends', async () => {
  const text =
    'https://www.CryptoDataDownload.com\n# made today, "by hand"\n\ntime,symbol,open,high,low,close,volume\n1704067200000,"BTC,USDT",1,3,0.5,2,"5"\r\n1704070800000,"say ""b""",-2,4,.5,3.,6\r\n';
  expect(await read('A_B-1h.csv', text)).toMatchObject({
    time: [1704067200000, 1704070800000],
    open: [1, -2],
    low: [0.5, 0.5],
    close: [2, 3],
    volume: [5, 6],
  });
});

it('reads numbers on the way to their ends as it reads them by themselves', () => {
  const cell = fc.oneof(
    fc.double().map(String),
    fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map((n) => `${n / 1000n}.${String(n).slice(-3)}`),
    fc.constantFrom('', '-', '.', '5.', '-.5', '1e3', '0x10', '1 ', ' 1', '"7"', '00012', '-0'),
  );
  const ends = fc.constantFrom('', ';', '\n', '\r\n', '\r');
  fc.assert(
    fc.property(cell, ends, (text, end) => {
      const out = new Float64Array(1);
      const at = readPlain(bytes(`9;${text}${end}`), 2, 59, out, 0);
      if (at < 0) return;
      expect(at).toBe(2 + text.length + (end === '\r\n' ? 1 : 0));
      expect(out[0]).toBe(Number(text));
    }),
    { numRuns: 2_000 },
  );
});

it('takes quick dates and times as it takes others, and none that there is not', () => {
  const date = fc.date({ min: new Date(Date.UTC(1000, 0)), max: new Date(Date.UTC(2999, 0)), noInvalidDate: true });
  const form = fc.tuple(fc.constantFrom('T', ' '), fc.constantFrom('', 'Z', '+00:00', ' UTC'));
  fc.assert(
    fc.property(date, form, (when, [between, zone]) => {
      const text = when.toISOString().slice(0, 19).replace('T', between) + zone;
      expect(parseTime(bytes(text), 0, text.length)).toBe(Math.floor(when.getTime() / 1000) * 1000);
    }),
  );
  for (const text of [
    '2024-13-01 00:00:00',
    '2024-00-01 00:00:00',
    '2024-01-00 00:00:00',
    '2024-01-01 24:30:00',
    '2024-01-01 1a:00:00',
  ])
    expect(parseTime(bytes(text), 0, text.length)).toBeNaN();
});

it('reads candles without a header, gzipped', async () => {
  expect((await read('A_B-1m.csv.gz', '1704067200000,1,3,0.5,2,5,1704067259999,0\n')).close).toEqual([2]);
});

it('reads quotes as candles at their middle', async () => {
  const text =
    'timestamp_ms,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n1704067200000,1,3,0.5,2,1.5,3.5,1,2.5\n';
  expect(await read('EUR_USD-1h.csv', text)).toMatchObject({
    open: [1.25],
    high: [3.25],
    low: [0.75],
    close: [2.25],
    volume: [0],
    askClose: [2.5],
  });
});

it('reads trades with either way of telling the taker', async () => {
  const a = await read(
    'A_B-trades.csv',
    'timestamp_ms,aggressor,price,qty\n1704067200000,buy,1,2\n1704067200001,sell,1,2\n1704067200002,,1,2\n',
  );
  expect(a.side).toEqual([1, -1, 0]);
  const b = await read(
    'A_B-trades.csv',
    'time,price,qty,is_buyer_maker\n1704067200000,1,2,true\n1704067200001,1,2,"False"\n1704067200002,1,2,\n',
  );
  expect(b.side).toEqual([-1, 1, 0]);
});

it('marks the first row of each book snapshot and keeps times from falling', async () => {
  const rows = [
    '2000000000000,snapshot,b,1,5',
    '2000000000000,snapshot,a,2,5',
    '2000000000003,delta,b,1,0',
    '2000000000001,delta,b,1,4',
    '2000000000009,snapshot,b,1,4',
  ];
  const book = await read('A_B-l2.csv', `timestamp_ms,kind,side,price,qty\n${rows.join('\n')}\n`);
  expect(book).toMatchObject({ kind: [1, 2, 0, 0, 1], side: [1, -1, 1, 1, 1] });
  expect(book.time!.map((t) => t - 2e12)).toEqual([0, 0, 3, 3, 9]);
});

it('reads the JSON of Freqtrade', async () => {
  expect(await read('A_B-5m.json', '[[1704067200000,1,3,0.5,2,5],[1704067500000,2,3,0.5,2,null]]')).toMatchObject({
    time: [1704067200000, 1704067500000],
    volume: [5, Number.NaN],
  });
});

it('reads JSON objects, such as records of pandas, by the names and times that a CSV may have', async () => {
  const row = '"Open":1,"High":3,"Low":0.5,"Close":2,"Volume":5,"note":"a, b"';
  for (const time of ['1704067200000', '1704067200', '"2024-01-01T00:00:00.000Z"'])
    expect(await read('A_B-5m.json', `[{"Date":${time},${row}}]`)).toMatchObject({ time: [1704067200000], close: [2] });
  expect((await read('A_B-5m.json', `[{"date":1704067200000,${row}},{"date":1704067500000}]`)).close).toEqual([
    2,
    Number.NaN,
  ]);
});

it("reads Parquet under other people's names, and times in whole seconds", async () => {
  const path = join(temporary, 'A_B-1m.parquet');
  for (const time of [
    'TIMESTAMP \'2024-01-01\' AS "Date"',
    '1704067200::BIGINT AS "Timestamp"',
    '1704067200000000::BIGINT AS ts',
  ]) {
    await withDuck((duck) =>
      duck.run(
        `COPY (SELECT ${time}, 1.0 AS "Open", 3.0 AS "High", 0.5 AS "Low", 2.0 AS "Close", 5 AS "Vol") TO ${sqlText(path)}`,
      ),
    );
    const { columns } = await readDataFile(parseFileName(path)!);
    expect([columns.time![0], columns.close![0], columns.volume![0]]).toEqual([1704067200000, 2, 5]);
  }
});

it.each(['LZ4_USDT', 'ZSTD_USDT'])('reads a Feather file written by pandas: %s', async (pair) => {
  const { length, columns } = await readDataFile(parseFileName(fixture(`${pair}-5m.feather`))!);
  expect(length).toBe(300);
  const i = 299;
  expect(Object.values(columns).map((column) => column[i])).toEqual([
    Date.UTC(2024, 0, 1) + i * 300_000,
    174.75,
    175.75,
    174.25,
    175,
    299,
  ]);
});

it('reads nanosecond times, nulls and texts of Feather, and Parquet by pandas', async () => {
  const plain = await readDataFile(parseFileName(fixture('PLAIN_USDT-5m.feather'))!);
  expect([plain.columns.time![19], plain.columns.volume![3], plain.columns.volume![4]]).toEqual([
    Date.UTC(2024, 0, 1) + 19 * 300_000,
    Number.NaN,
    4,
  ]);
  const trades = await readDataFile(parseFileName(fixture('TRADE_USDT-trades.feather'))!);
  expect(Array.from(trades.columns.side!)).toEqual([1, -1]);
  const parquet = await readDataFile(parseFileName(fixture('PARQUET_USDT-5m.parquet'))!);
  expect([parquet.length, parquet.columns.time![1], parquet.columns.close![1]]).toEqual([
    50,
    Date.UTC(2024, 0, 1) + 300_000,
    100.5,
  ]);
});

it('decodes LZ4 matches that overlap themselves', () => {
  // Token: 1 literal "a", match of 8 at distance 1; then the last literals "bc".
  const block = [0x14, 0x61, 1, 0, 0x20, 0x62, 0x63];
  const frame = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0, block.length, 0, 0, 0, ...block, 0, 0, 0, 0);
  expect(new TextDecoder().decode(lz4Frame(frame, 11))).toBe('aaaaaaaaabc');
  expect(() => lz4Frame(frame, 12)).toThrow();
});

it.each([
  ['A_B-1h.csv', '', 'DATA_EMPTY'],
  ['A_B-1h.csv', 'time,open,high,low,close,volume\n', 'DATA_EMPTY'],
  ['A_B-1h.csv', 'time,open,high,low,volume\n1,2,3,4,5\n', 'DATA_COLUMNS: candles need the column close'],
  [
    'A_B-1h.csv',
    'time,open,high,low,close,volume\n1704067200000,1,2\n',
    'DATA_COLUMNS: line 2 has 3 cells instead of 6',
  ],
  ['A_B-trades.csv', '1,100.5,0.2,1704067200000,true\n', 'Columns found: column 1, column 2, column 3'],
  ['A_B-1h.csv', '\n\n', 'DATA_EMPTY'],
  ['A_B-1h.csv', 'time,open\r1,2\r3,4\r', 'DATA_FORMAT: its lines end with carriage returns alone'],
  ['A_B-1h.json', '{"a":1}', 'DATA_COLUMNS'],
  ['A_B-1h.json', '[[1,', 'DATA_CORRUPT'],
  ['A_B-1h.feather', 'ARROW1 and then nothing of use ARROW1', 'DATA_CORRUPT'],
  ['A_B-1h.parquet', 'PAR1', 'DATA_CORRUPT'],
])('says what is wrong with %s (%j)', async (name, text, message) => {
  await expect(read(name, text)).rejects.toThrow(message);
});

it('says that a text is UTF-16', async () => {
  const path = join(temporary, 'E_F-1h.csv');
  writeFileSync(path, Buffer.from('\ufefftime,open\n1,2\n', 'utf16le'));
  await expect(readDataFile(parseFileName(path)!)).rejects.toThrow('DATA_FORMAT: this text is UTF-16');
});

it('says that a file is missing or its gzip damaged', async () => {
  await expect(readDataFile(parseFileName('/nowhere/A_B-1h.csv')!)).rejects.toThrow('DATA_FILE_MISSING');
  const path = join(temporary, 'C_D-1h.csv.gz');
  writeFileSync(path, gzipSync('time,open\n').subarray(0, 15));
  await expect(readDataFile(parseFileName(path)!)).rejects.toThrow('DATA_CORRUPT');
});
