import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { sqlText, withDuck } from '../store/duck.ts';
import { parseFileName } from './file-name.ts';
import { parseTime } from './parse-number.ts';
import { readDataFile } from './read-file.ts';

const temporary = mkdtempSync(join(tmpdir(), 'frames-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const START = Date.UTC(2024, 0, 1);
const PRICES = '1.0 AS open, 3.0 AS high, 0.5 AS low, 2.0 AS close, 5.0 AS volume';

async function parquet(name: string, select: string) {
  const path = join(temporary, name);
  await withDuck((duck) => duck.run(`COPY (SELECT ${select}) TO ${sqlText(path)}`));
  return readDataFile(parseFileName(path)!);
}

const feather = (name: string) =>
  readDataFile(parseFileName(fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)))!);

async function text(name: string, content: string) {
  const path = join(temporary, name);
  writeFileSync(path, content);
  return readDataFile(parseFileName(path)!);
}

it.each([
  ["'buy' AS side", 1],
  ['\'SELL\' AS "Side"', -1],
  ["'ask'::ENUM('bid', 'ask') AS side", -1],
  ["'s' AS aggressor", -1],
  ['true AS is_buyer_maker', -1],
  ['false AS "Is_Buyer_Maker"', 1],
  ["'true' AS is_buyer_maker", -1],
  ["'False' AS is_buyer_maker", 1],
  ["'1' AS is_buyer_maker", -1],
  ["'' AS is_buyer_maker", 0],
  ['NULL::BOOLEAN AS is_buyer_maker', 0],
  ['-1 AS side', -1],
  ['2 AS side', 0],
])('knows who began a trade from the Parquet column %s', async (column, side) => {
  const set = await parquet('A_B-trades.parquet', `1704067200000 AS timestamp, 1.0 AS price, 2.0 AS amount, ${column}`);
  expect(Array.from(set.columns.side!)).toEqual([side]);
});

it('knows who began a trade from Feather, and refuses a column of sides that it cannot read', async () => {
  expect(Array.from((await feather('MAKER_USDT-trades.feather')).columns.side!)).toEqual([-1, 1, -1]);
  expect(Array.from((await feather('WORDS_USDT-trades.feather')).columns.side!)).toEqual([1, -1, -1]);
  expect(Array.from((await feather('FLAGS_USDT-trades.feather')).columns.side!)).toEqual([-1, 1, 0, -1]);
  await expect(feather('DICT_USDT-trades.feather')).rejects.toThrow('the column side (dictionary) is not of numbers');
});

it.each([
  ['1704067200.0::DOUBLE', START],
  ['1704067200000.0::DOUBLE', START],
  ['1704067200000000::DOUBLE', START],
  ['1704067200000000000::BIGINT', START],
  ["DATE '2024-01-01'", START],
  ["TIMESTAMP_S '2024-01-01'", START],
  ["TIMESTAMP '1971-01-01'", Date.UTC(1971, 0, 1)],
])('reads the Parquet time %s', async (time, expected) =>
  expect((await parquet('A_B-1d.parquet', `${time} AS date, ${PRICES}`)).columns.time![0]).toBe(expected),
);

it('takes a missing time for no number, not for 1970', async () => {
  expect((await parquet('A_B-1d.parquet', `NULL::TIMESTAMP AS date, ${PRICES}`)).columns.time![0]).toBeNaN();
});

it('reads days, seconds and decimals of Feather, and names a column of lists', async () => {
  const days = await feather('DAYS_USDT-1d.feather');
  expect(Array.from(days.columns.time!)).toEqual([START, START + 86_400_000]);
  expect(Array.from(days.columns.close!)).toEqual([0.1, -12_345_678_901_234_568]);
  expect((await feather('SECONDS_USDT-1h.feather')).columns.time![1]).toBe(START + 3_600_000);
  await expect(feather('LISTS_USDT-1h.feather')).rejects.toThrow('DATA_COLUMNS: the column list holds lists');
});

it.each([1704067200, 1704067200000, 1704067200000000])('reads rows of JSON at %d', async (time) =>
  expect((await text('A_B-1h.json', `[[${time},1,3,0.5,2,5]]`)).columns.time![0]).toBe(START),
);

it('leaves Parquet columns out that are no numbers, and refuses prices as text', async () => {
  const extra = "[1, 2] AS list, INTERVAL 1 DAY AS span, 'x' AS name";
  const set = await parquet('A_B-1d.parquet', `DATE '2024-01-01' AS date, ${PRICES}, ${extra}`);
  expect(Object.keys(set.columns)).toEqual(['time', 'open', 'high', 'low', 'close', 'volume']);
  await expect(
    parquet('A_B-1d.parquet', `DATE '2024-01-01' AS date, ${PRICES.replace('2.0', "'2.0'")}`),
  ).rejects.toThrow('the column close (VARCHAR) is not of numbers');
});

it('keeps bid and ask of Parquet, under either spelling, and that volume counts ticks', async () => {
  const quotes = ['Open', 'High', 'Low', 'Close'].flatMap((part) => [`0.9 AS "bid${part}"`, `1.1 AS ask_${part}`]);
  const set = await parquet('EUR_USD-1h.parquet', `1704067200000 AS time, 7.0 AS tick_volume, ${quotes.join(', ')}`);
  expect([set.columns.bidHigh![0], set.columns.askClose![0], set.columns.close![0]]).toEqual([0.9, 1.1, 1]);
  expect([set.columns.volume![0], set.volumeKind]).toEqual([7, 'tick']);
});

const time = (cell: string) => parseTime(new TextEncoder().encode(cell), 0, cell.length);

it.each([
  '"1704067200000"',
  ' 1704067200 ',
  '1704067200000000.0',
  '1.7040672e12',
  '2024-01-01 00:00:00+00',
  '2024-01-01 01:00:00+0100',
  '2024-01-01 00:00:00 UTC',
  '2024/01/01 00:00',
  '2024.01.01 00:00:00',
  '2024.01.01',
])('reads the time %s', (cell) => expect(time(cell)).toBe(START));

it('reads µs and ns of the last century', () => {
  expect(time('946684800000001')).toBe(Date.UTC(2000, 0, 1) + 0.001);
  expect(time('946684800000000000')).toBe(Date.UTC(2000, 0, 1));
});

it.each(['20240131093000', '20240131 093000', '01/31/2024', '2024.01/31', '2024-01-01 25:00:00', '', '5'])(
  'takes %j for no time',
  (cell) => {
    expect(time(cell) >= Date.UTC(1980, 0, 1)).toBe(false);
  },
);

it.each([
  ['date,open,high,low,close,volume\n31 Jan 2024,1,3,0.5,2,5\n', '"31 Jan 2024" in the column time is no time'],
  ['date;open;high;low;close;volume\n2024-01-31;1,5;3;0,5;2;5\n', '"1,5" in the column open is no number'],
])('shows the cell of a CSV that it cannot read: %j', (content, message) =>
  expect(text('A_B-1d.csv', content)).rejects.toThrow(message),
);

it('says that a JSON file is too large, and what to do', async () => {
  const path = join(temporary, 'A_B-1s.json');
  writeFileSync(path, '');
  // Takes no room on the disk.
  truncateSync(path, 2 ** 31 + 1);
  await expect(readDataFile(parseFileName(path)!)).rejects.toThrow('Write it as CSV or Parquet');
});

it("reads a missing number of a CSV's first row as one, and Freqtrade's name for months", async () => {
  const set = await text('A_B-1Mo.csv', 'date,open,high,low,close,volume\n2024-01-01,1,3,0.5,2,NaN\n');
  expect(set.columns.volume![0]).toBeNaN();
  expect(parseFileName('A_B-1Mo-mark.feather')).toMatchObject({ type: 'mark', timeframe: '1M' });
});
