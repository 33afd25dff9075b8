import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openCatalogue } from './catalogue/catalogue.ts';
import { type ImportedFile, importFiles } from './import-data.ts';
import { sqlText, withDuck } from './store/duck.ts';

const temporary = mkdtempSync(join(tmpdir(), 'import-data-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const START = Date.UTC(2024, 0, 1, 22);

/** Trades of four hours over midnight, longer than what is read at once: a block of a CSV, a row group of Parquet. */
const ROWS = 180_000;
const timeOf = (row: number) => START + row * 80;
const csv = (price: (row: number) => string) =>
  `time,price,amount,side\n${Array.from({ length: ROWS }, (_, i) => `${timeOf(i)},${price(i)},0.25000,${i % 3 ? 'buy' : 'sell'}`).join('\n')}\n`;
const priceOf = (row: number) => String(1 + (row % 1000) / 8);

async function imported(path: string, onProgress?: (done: number) => void) {
  const root = mkdtempSync(join(temporary, 'catalogue-'));
  const catalogue = await openCatalogue(root, { cache: false });
  const files: ImportedFile[] = [];
  const options = { exchange: 'binance', ...(onProgress && { onProgress }) };
  const run = async () => {
    for await (const file of importFiles(catalogue, [path], options)) files.push(file);
  };
  return { root, catalogue, files, run };
}

it('stores a long file piece by piece with every row in its day, of CSV as of Parquet', async () => {
  const text = join(temporary, 'BTC_USDT-trades.csv');
  writeFileSync(text, csv(priceOf));
  const parquet = join(temporary, 'BTC_USDT-trades.parquet');
  await withDuck((duck) => duck.run(`COPY (FROM read_csv(${sqlText(text)})) TO ${sqlText(parquet)}`));
  const heard: number[] = [];
  const one = await imported(text, (done) => heard.push(done));
  await one.run();
  expect(one.files).toMatchObject([{ rows: ROWS, write: { added: ROWS, replaced: 0, ignored: 0, removed: 0 } }]);
  expect(heard.at(-1)).toBe(1);
  expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  expect(readdirSync(join(one.root, 'binance/BTC_USDT/trades'))).toEqual([
    '.lock',
    '2024-01-01.parquet',
    '2024-01-02.parquet',
  ]);
  const { time, price, side } = await one.catalogue.trades('binance', 'BTC/USDT');
  expect(time.length).toBe(ROWS);
  expect(time.every((t, i) => t === timeOf(i))).toBe(true);
  expect(price.every((x, i) => x === Number(priceOf(i)))).toBe(true);
  expect(side.every((x, i) => x === (i % 3 ? 1 : -1))).toBe(true);

  const other = await imported(parquet);
  await other.run();
  const key = { exchange: 'binance', pair: 'BTC/USDT', type: 'trades', timeframe: null } as const;
  expect(await other.catalogue.contentHash(key)).toBe(await one.catalogue.contentHash(key));
});

it('refuses a long file for a row near its end with nothing stored, and names the row', async () => {
  const path = join(temporary, 'ETH_USDT-trades.csv');
  writeFileSync(
    path,
    csv((row) => (row === 170_000 ? 'nan' : '1')),
  );
  const { root, run } = await imported(path);
  await expect(run()).rejects.toThrow('DATA_NAN: price of row 170001 (2024-01-02 01:46:40 UTC) is no number');
  expect(readdirSync(root)).toEqual([]);
  writeFileSync(
    path,
    csv((row) => (row === 170_000 ? '1,1' : '1')),
  );
  await expect(run()).rejects.toThrow('DATA_COLUMNS: line 170002 has 5 cells instead of 4');
  writeFileSync(path, csv(() => '1').replace(`\n${timeOf(170_000)},`, `\n${timeOf(0)},`));
  await expect(run()).rejects.toThrow('DATA_ORDER: the time of row 170001 goes backward');
  expect(readdirSync(root)).toEqual([]);
});

it('looks for all files before it stores the first', async () => {
  const path = join(temporary, 'SOL_USDT-1h.csv');
  writeFileSync(path, '1704067200000,1,3,0.5,2,5\n');
  const root = mkdtempSync(join(temporary, 'catalogue-'));
  const all = importFiles(await openCatalogue(root), [path, '/nowhere/A_B-1h.csv'], { exchange: 'binance' });
  await expect(all.next()).rejects.toThrow('DATA_FILE_MISSING');
  expect(readdirSync(root)).toEqual([]);
});
