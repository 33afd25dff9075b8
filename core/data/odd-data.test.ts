import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { EventTable } from '../domain/candles.ts';
import { openCatalogue } from './catalogue/catalogue.ts';
import { csvPieces } from './export-csv.ts';
import { importFiles } from './import-data.ts';
import { openData } from './open-data.ts';
import { isMadeOf } from './resample.ts';
import { defaultSpec } from './specs/default-spec.ts';
import { stepCandles } from './step-candles.ts';
import { candleColumns } from './store/column-set.ts';
import { beginCopy, finishCopy, repairInto, repairSpecs, validateData } from './validate-data.ts';

const temporary = mkdtempSync(join(tmpdir(), 'odd-data-'));
afterAll(() => rmSync(temporary, { recursive: true }));
let folders = 0;
const folder = () => join(temporary, String(folders++));

const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
const events = (...times: number[]): EventTable => ({
  length: times.length,
  time: Float64Array.from(times),
  values: { amount: new Float64Array(times.length).fill(1), value: new Float64Array(times.length).fill(2) },
});
async function imported(file: string, text: string, options: object = {}) {
  const root = folder();
  const path = join(temporary, file);
  writeFileSync(path, text);
  const catalogue = await openCatalogue(root, { cache: false });
  for await (const _ of importFiles(catalogue, [path], { exchange: 'binance', ...options }));
  return catalogue;
}

it('stores times to the ms that its clock has, so that the same rows are the same again', async () => {
  const catalogue = await openCatalogue(folder(), { cache: false });
  const table = events(START + 0.5, START + HOUR + 0.25);
  expect((await catalogue.writeEvents('binance', 'X/USDT', 'oi', table)).added).toBe(2);
  expect((await catalogue.writeEvents('binance', 'X/USDT', 'oi', table)).added).toBe(0);
  expect(Array.from((await catalogue.events('binance', 'X/USDT', 'oi')).time)).toEqual([START, START + HOUR]);
  await expect(catalogue.writeEvents('binance', 'X/USDT', 'oi', events(START, START + 0.5))).rejects.toThrow('repeats');
});

it('refuses times that no market has seen', async () => {
  const catalogue = await openCatalogue(folder());
  for (const time of [START * 1000, START * 1e6, -1e15])
    await expect(catalogue.writeEvents('binance', 'X/USDT', 'oi', events(time))).rejects.toThrow('beyond all markets');
});

it('says how many stored trades went for fewer of the same time', async () => {
  const catalogue = await openCatalogue(folder(), { cache: false });
  const trades = (...times: number[]) => {
    const ones = new Float64Array(times.length).fill(1);
    return { length: times.length, time: Float64Array.from(times), price: ones, amount: ones, side: ones };
  };
  await catalogue.writeTrades('binance', 'X/USDT', trades(START, START + 1, START + 2, START + 3));
  const report = await catalogue.writeTrades('binance', 'X/USDT', trades(START + 1, START + 3));
  expect(report).toEqual({ added: 0, replaced: 2, ignored: 0, removed: 1 });
});

it('lists a catalogue whatever else lies in it, and follows links', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root, { cache: false });
  await catalogue.writeCandles('binance', 'X/USDT', '1h', stepCandles(START, 3, HOUR));
  mkdirSync(join(root, 'binance', 'X_USDT', 'candles', 'old'));
  mkdirSync(join(root, 'binance', '100%_done', 'candles', '1h'), { recursive: true });
  symlinkSync('nowhere', join(root, 'binance', 'gone'));
  symlinkSync('X_USDT', join(root, 'binance', 'Y_USDT'));
  expect((await catalogue.list()).map(({ pair }) => pair)).toEqual(['X/USDT', 'Y/USDT']);
  const linked = folder();
  mkdirSync(linked);
  symlinkSync(join(root, 'binance'), join(linked, 'binance'));
  expect((await (await openData(linked)).list()).length).toBe(2);
});

it('tells the footers of many files at once, damaged ones among them', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root, { cache: false });
  const pairs = Array.from({ length: 9 }, (_, i) => `P${i}/USDT`);
  for (const [i, pair] of pairs.entries())
    await catalogue.writeCandles('binance', pair, '1d', stepCandles(START, 3 + i, 24 * HOUR));
  writeFileSync(join(root, 'binance', 'P4_USDT', 'candles', '1d', '2024.parquet'), 'PAR1');
  for (const list of [await catalogue.list(), await catalogue.list()]) {
    expect(list.map(({ rows }) => rows)).toEqual([3, 4, 5, 6, 0, 8, 9, 10, 11]);
    expect(list.map(({ damaged }) => damaged?.length ?? 0)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(list[8]!.last).toBe(START + 10 * 24 * HOUR);
  }
});

it('reads a catalogue whose cache cannot be written', async () => {
  const root = folder();
  const table = stepCandles(START, 6_000, HOUR / 60);
  await (await openCatalogue(root, { cache: false })).writeCandles('binance', 'X/USDT', '1m', table);
  // A link to nowhere holds nothing.
  symlinkSync('/nowhere/at/all', join(root, '.cache'));
  const catalogue = await openCatalogue(root);
  expect((await catalogue.candles('binance', 'X/USDT', '1m')).length).toBe(6_000);
  expect((await catalogue.list())[0]!.rows).toBe(6_000);
});

it("reads a folder of files beside another program's index.json, and links to files", async () => {
  const root = folder();
  mkdirSync(root);
  const text = [...csvPieces(candleColumns(stepCandles(START, 3, HOUR)))].join('');
  writeFileSync(join(temporary, 'elsewhere.csv'), text);
  symlinkSync(join(temporary, 'elsewhere.csv'), join(root, 'X_USDT-1h.csv'));
  for (const index of ['{"files": []}', 'no JSON']) {
    writeFileSync(join(root, 'index.json'), index);
    expect(await (await openData(root)).list()).toMatchObject([{ pair: 'X/USDT', rows: 3 }]);
  }
});

it('refuses rows of another timeframe than the one they are said to be of, also where they would be mended', async () => {
  const csv = (length: number, step: number) =>
    [...csvPieces(candleColumns(stepCandles(START, length, step)))].join('');
  for (const repair of [false, true])
    await expect(imported('X_USDT-1h.csv', csv(30, HOUR / 12), { repair })).rejects.toThrow(
      'DATA_SPACING: rows from 2024-01-01 00:00:00 UTC on are 5m apart, which are no 1h candles',
    );
  await expect(imported('X_USDT-5m.csv', csv(200, HOUR))).rejects.toThrow('are 1h apart, which are no 5m candles');
  // A thin market, and months of 28 to 31 days.
  await imported('X_USDT-5m.csv', csv(20, HOUR));
  await imported('X_USDT-1Mo.csv', csv(3, 29 * 24 * HOUR));
});

it('refuses a pair that is none, and a price as a funding rate', async () => {
  await expect(imported('x.csv', 'time,rate\n', { pair: 'BTCUSDT', type: 'funding' })).rejects.toThrow('DATA_PAIR');
  const candles = 'time,open,high,low,close,volume\n2024-01-01,42000,42000,42000,42000,1\n';
  await expect(imported('x.csv', candles, { pair: 'A/B:B', type: 'funding' })).rejects.toThrow(
    'the funding rate of 2024-01-01 00:00:00 UTC (row 1) is 42000',
  );
});

it('keeps that volume counts ticks through a CSV', async () => {
  const set = { ...candleColumns(stepCandles(START, 3, HOUR)), volumeKind: 'tick' as const };
  const catalogue = await imported('EUR_USD-1h.csv', [...csvPieces(set)].join(''));
  expect((await catalogue.candles('binance', 'EUR/USD', '1h')).volumeKind).toBe('tick');
});

it('makes months of days, not of weeks, where both are stored', async () => {
  expect(['1m', '4h', '1d', '2d', '1w', '1M'].filter((source) => isMadeOf('1M', source))).toEqual(['1m', '4h', '1d']);
  expect(['8h', '1d', '3d', '7d', '1w'].filter((source) => isMadeOf('2w', source))).toEqual(['8h', '1d', '1w']);
  const root = folder();
  const catalogue = await openCatalogue(root, { cache: false });
  await catalogue.writeCandles('binance', 'X/USDT', '1w', stepCandles(START, 9, 7 * 24 * HOUR));
  await catalogue.writeCandles('binance', 'X/USDT', '1d', stepCandles(START, 60, 24 * HOUR));
  const months = await (await openData(root)).candles('binance', 'X/USDT', '1M');
  expect(Array.from(months.time)).toEqual([START, Date.UTC(2024, 1, 1)]);
});

it('brings the specifications into a repaired copy', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root, { cache: false });
  await catalogue.writeCandles('binance', 'X/USDT', '1h', stepCandles(START, 3, HOUR));
  await catalogue.writeSpecs([{ ...defaultSpec('binance', 'X/USDT'), priceTick: 0.25 }]);
  const out = folder();
  await repairSpecs(root, out);
  for await (const report of validateData(catalogue)) await repairInto(out, report);
  const repaired = await (await openData(out)).specAt('binance', 'X/USDT', START);
  expect([repaired.assumed, repaired.spec.priceTick]).toEqual([false, 0.25]);
});

it('goes on with a repaired copy that an ended run left, and with no other folder that holds something', async () => {
  const catalogue = await openCatalogue(folder(), { cache: false });
  await catalogue.writeCandles('binance', 'X/USDT', '1h', stepCandles(START, 3, HOUR));
  const out = folder();
  for (let run = 0; run < 2; run++) {
    await beginCopy(out);
    for await (const report of validateData(catalogue)) await repairInto(out, report);
  }
  await finishCopy(out);
  expect((await (await openData(out)).list()).map(({ rows }) => rows)).toEqual([3]);
  await expect(beginCopy(out)).rejects.toThrow('DATA_OUT_EXISTS');
});

it('clears away what a killed process had written of a raw copy, and nothing of a living one', async () => {
  const root = folder();
  const raw = join(root, '.cache', 'binance', 'X_USDT', 'candles', '1m');
  mkdirSync(raw, { recursive: true });
  const names = [2 ** 31 - 1, process.pid, 1].map((pid) => `2024.parquet.f64.${pid}.tmp`);
  for (const name of [...names, '2023.parquet.f64.2147483647.tmp']) writeFileSync(join(raw, name), 'half');
  const catalogue = await openCatalogue(root);
  await catalogue.writeCandles('binance', 'X/USDT', '1m', stepCandles(START, 6_000, HOUR / 60));
  expect(readdirSync(raw).sort()).toEqual(['2023.parquet.f64.2147483647.tmp', '2024.parquet.f64', names[2]]);
});
