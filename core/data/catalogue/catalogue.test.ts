import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { CandleTable } from '../../domain/candles.ts';
import { sliceCandles } from '../../domain/candles.ts';
import { defaultSpec } from '../specs/default-spec.ts';
import { stepCandles } from '../step-candles.ts';
import { hashCandles } from '../store/content-hash.ts';
import { disk } from '../store/file-system.ts';
import { openCatalogue } from './catalogue.ts';

const MINUTE = 60_000;
const NEW_YEAR = Date.UTC(2024, 0, 1);
const PERP = 'BTC/USDT:USDT';
const KEY = { exchange: 'binance', pair: PERP, type: 'candles', timeframe: '1m' } as const;
const folders: string[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'catalogue-'));
  folders.push(path);
  return path;
}
afterAll(() => folders.forEach((path) => void rmSync(path, { recursive: true })));

function plain(table: CandleTable) {
  const { time, open, high, low, close, volume } = table;
  return [time, open, high, low, close, volume].map((column) => Array.from(column));
}

it('gives back exactly what was written, over year ends, from Parquet and from its cache', async () => {
  const root = folder();
  const table = stepCandles(NEW_YEAR - 6000 * MINUTE, 12_000, MINUTE);
  const catalogue = await openCatalogue(root);
  expect(await catalogue.writeCandles('binance', PERP, '1m', table)).toEqual({
    added: 12_000,
    replaced: 0,
    ignored: 0,
    removed: 0,
  });
  const cold = await catalogue.candles('binance', PERP, '1m');
  expect(readdirSync(join(root, 'binance/BTC_USDT_USDT/candles/1m'))).toEqual([
    '.lock',
    '2023.parquet',
    '2024.parquet',
  ]);
  expect(existsSync(join(root, '.cache/binance/BTC_USDT_USDT/candles/1m/2024.parquet.f64'))).toBe(true);
  const warm = await catalogue.candles('binance', PERP, '1m');
  expect(plain(cold)).toEqual(plain(table));
  expect(plain(warm)).toEqual(plain(table));
  expect(await catalogue.contentHash(KEY)).toBe(hashCandles(table));
  expect(await catalogue.latest(KEY)).toBe(table.time.at(-1));
});

it('cuts ranges at from (inclusive) and to (exclusive), across partitions', async () => {
  const catalogue = await openCatalogue(folder());
  const table = stepCandles(NEW_YEAR - 6000 * MINUTE, 12_000, MINUTE);
  await catalogue.writeCandles('binance', PERP, '1m', table);
  for (const pass of ['cold', 'warm']) {
    const range = { from: NEW_YEAR - 3 * MINUTE, to: NEW_YEAR + 2 * MINUTE };
    const part = await catalogue.candles('binance', PERP, '1m', range);
    expect(plain(part), pass).toEqual(plain(sliceCandles(table, 5997, 6002)));
  }
  expect((await catalogue.candles('binance', PERP, '1m', { from: Date.UTC(2030, 0) })).length).toBe(0);
});

it('changes nothing when the same rows are written again', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root);
  const table = stepCandles(NEW_YEAR, 100, MINUTE);
  await catalogue.writeCandles('binance', PERP, '1m', table);
  const path = join(root, 'binance/BTC_USDT_USDT/candles/1m/2024.parquet');
  const before = readFileSync(path);
  expect(await catalogue.writeCandles('binance', PERP, '1m', table)).toEqual({
    added: 0,
    replaced: 0,
    ignored: 0,
    removed: 0,
  });
  expect(readFileSync(path).equals(before)).toBe(true);
});

it('keeps finished candles against later versions, and lets an unfinished one be replaced', async () => {
  const catalogue = await openCatalogue(folder());
  const table = stepCandles(NEW_YEAR, 3, MINUTE);
  await catalogue.writeCandles('binance', PERP, '1m', table, { unfinishedFrom: NEW_YEAR + 2 * MINUTE });
  const later = stepCandles(NEW_YEAR, 3, MINUTE, 2);
  expect(await catalogue.writeCandles('binance', PERP, '1m', later)).toEqual({
    added: 0,
    replaced: 1,
    ignored: 2,
    removed: 0,
  });
  const stored = await catalogue.candles('binance', PERP, '1m');
  expect(Array.from(stored.volume)).toEqual([table.volume[0], table.volume[1], later.volume[2]]);
  // Finished now: a third version no longer gets in.
  expect((await catalogue.writeCandles('binance', PERP, '1m', table)).replaced).toBe(0);
  expect((await catalogue.writeCandles('binance', PERP, '1m', table, { overwrite: true })).replaced).toBe(1);
});

it('reads a changed file anew instead of its old cache', async () => {
  const catalogue = await openCatalogue(folder());
  const table = stepCandles(NEW_YEAR, 6_000, MINUTE);
  await catalogue.writeCandles('binance', PERP, '1m', sliceCandles(table, 0, 5_500));
  await catalogue.candles('binance', PERP, '1m');
  await catalogue.writeCandles('binance', PERP, '1m', sliceCandles(table, 5_500, 6_000));
  expect(plain(await catalogue.candles('binance', PERP, '1m'))).toEqual(plain(table));
});

it('survives a cache that was cut short or deleted', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root);
  const table = stepCandles(NEW_YEAR, 6_000, MINUTE);
  await catalogue.writeCandles('binance', PERP, '1m', table);
  await catalogue.candles('binance', PERP, '1m');
  const cache = join(root, '.cache/binance/BTC_USDT_USDT/candles/1m/2024.parquet.f64');
  writeFileSync(cache, readFileSync(cache).subarray(0, 50_000));
  expect(plain(await catalogue.candles('binance', PERP, '1m'))).toEqual(plain(table));
  rmSync(join(root, '.cache'), { recursive: true });
  expect(plain(await catalogue.candles('binance', PERP, '1m'))).toEqual(plain(table));
});

it.each(['syncFile', 'rename'] as const)('leaves the old file whole when it dies at %s', async (step) => {
  const root = folder();
  const table = stepCandles(NEW_YEAR, 200, MINUTE);
  await (await openCatalogue(root)).writeCandles('binance', PERP, '1m', sliceCandles(table, 0, 100));
  // Like a kill: nothing after the step happens, not even the clean-up.
  const dead = () => Promise.reject(new Error('killed'));
  const fs = { ...disk, [step]: dead, remove: async () => {} };
  const dying = await openCatalogue(root, { fs });
  await expect(dying.writeCandles('binance', PERP, '1m', table)).rejects.toThrow('killed');
  expect(existsSync(join(root, 'binance/BTC_USDT_USDT/candles/1m/2024.parquet.tmp'))).toBe(true);
  // The lock file of the "dead" process is there, too; the next writer takes over.
  const after = await openCatalogue(root);
  expect((await after.candles('binance', PERP, '1m')).length).toBe(100);
  expect((await after.writeCandles('binance', PERP, '1m', table)).added).toBe(100);
  expect(plain(await after.candles('binance', PERP, '1m'))).toEqual(plain(table));
});

it('serialises writers of one file', async () => {
  const catalogue = await openCatalogue(folder());
  const table = stepCandles(NEW_YEAR, 400, MINUTE);
  const parts = [0, 100, 200, 300].map((from) => sliceCandles(table, from, from + 100));
  await Promise.all(parts.map((part) => catalogue.writeCandles('binance', PERP, '1m', part)));
  expect(plain(await catalogue.candles('binance', PERP, '1m'))).toEqual(plain(table));
});

it('refuses a NaN candle before anything is touched', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root);
  const table = stepCandles(NEW_YEAR, 10, MINUTE);
  table.close[4] = Number.NaN;
  await expect(catalogue.writeCandles('binance', PERP, '1m', table)).rejects.toThrow(
    /DATA_NAN: the candle of 2024-01-01 00:04:00 UTC \(row 5\)/,
  );
  expect(existsSync(join(root, 'binance'))).toBe(false);
});

it('names a corrupt file and its remedy, lists the others, and keeps the file', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root);
  await catalogue.writeCandles('binance', PERP, '1m', stepCandles(NEW_YEAR, 10, MINUTE));
  const path = join(root, 'binance/BTC_USDT_USDT/candles/1m/2024.parquet');
  writeFileSync(path, readFileSync(path).subarray(0, 200));
  await expect(catalogue.candles('binance', PERP, '1m')).rejects.toMatchObject({ code: 'DATA_CORRUPT', where: path });
  await expect(catalogue.writeCandles('binance', PERP, '1m', stepCandles(NEW_YEAR, 20, MINUTE))).rejects.toThrow(
    'DATA_CORRUPT',
  );
  expect((await catalogue.list())[0]).toMatchObject({ pair: PERP, rows: 0, damaged: [path] });
  expect(readFileSync(path).length).toBe(200);
});

it('suggests the nearest pair for an unknown one, and what there is of a known one', async () => {
  const catalogue = await openCatalogue(folder());
  await catalogue.writeCandles('binance', PERP, '1m', stepCandles(NEW_YEAR, 10, MINUTE));
  await expect(catalogue.candles('binance', 'BTC/USTD:USDT', '1m')).rejects.toThrow('Did you mean "BTC/USDT:USDT"?');
  await expect(catalogue.candles('binance', PERP, '5m')).rejects.toThrow(
    'Stored of BTC/USDT:USDT: binance candles 1m.',
  );
  expect(await catalogue.latest({ ...KEY, timeframe: '5m' })).toBeNull();
  await expect(catalogue.candles('binnance', PERP, '1m')).rejects.toThrow('Did you mean "binance"? Stored of BTC');
});

it.each([
  ['Binance', 'btc/usdt:usdt', '--exchange binance --pairs BTC/USDT:USDT.'],
  ['binance', 'BTCUSDT', '--pairs BTC/USDT.'],
  ['binance', 'BTC-USDT', '--pairs BTC/USDT.'],
])('tells how %s and %s are written, and does not offer them for download', async (exchange, pair, written) => {
  const catalogue = await openCatalogue(folder());
  for (const stored of ['BTC/USDT', PERP])
    await catalogue.writeCandles('binance', stored, '1m', stepCandles(NEW_YEAR, 10, MINUTE));
  const asked = catalogue.candles(exchange, pair, '1m');
  await expect(asked).rejects.toThrow(`writes them: ${written}`);
  await expect(asked).rejects.not.toThrow('tidegate download');
});

it('stores trades by day with fractions of a millisecond, and replaces a span that is written again', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root);
  const midnight = Date.UTC(2024, 7, 9);
  const time = Float64Array.of(midnight - 0.5, midnight - 0.5, midnight + 0.25, midnight + 1.125);
  const table = {
    length: 4,
    time,
    price: Float64Array.of(1, 2, 3, 4),
    amount: Float64Array.of(5, 6, 7, 8),
    side: Float64Array.of(1, -1, 0, 1),
  };
  await catalogue.writeTrades('binance', PERP, table);
  expect(readdirSync(join(root, 'binance/BTC_USDT_USDT/trades'))).toEqual([
    '.lock',
    '2024-08-08.parquet',
    '2024-08-09.parquet',
  ]);
  expect(await catalogue.writeTrades('binance', PERP, table)).toEqual({
    added: 0,
    replaced: 0,
    ignored: 0,
    removed: 0,
  });
  const stored = await catalogue.trades('binance', PERP);
  expect(stored).toEqual(table);
});

it('keeps months and minutes apart on file systems that ignore case', async () => {
  const root = folder();
  const catalogue = await openCatalogue(root);
  await catalogue.writeCandles('binance', PERP, '1m', stepCandles(NEW_YEAR, 5, MINUTE));
  await catalogue.writeCandles('binance', PERP, '1M', stepCandles(NEW_YEAR, 1, MINUTE));
  expect(readdirSync(join(root, 'binance/BTC_USDT_USDT/candles')).sort()).toEqual(['1m', '1mo']);
  expect((await catalogue.list()).map(({ timeframe }) => timeframe)).toEqual(['1m', '1M']);
});

it('finds the specification that held at a time and flags what is assumed', async () => {
  const catalogue = await openCatalogue(folder());
  const first = { ...defaultSpec('binance', PERP), validFrom: 1000, priceTick: 0.1 };
  const second = { ...first, validFrom: 2000, priceTick: 0.01 };
  expect(await catalogue.writeSpecs([second, first, { ...second, validFrom: 3000 }])).toBe(2);
  const tick = async (time: number) => {
    const { spec, assumed } = await catalogue.specAt('binance', PERP, time);
    return [spec.priceTick, assumed];
  };
  expect([await tick(1000), await tick(1999), await tick(2000), await tick(9000), await tick(5)]).toEqual([
    [0.1, false],
    [0.1, false],
    [0.01, false],
    [0.01, false],
    [0.1, true],
  ]);
  expect((await catalogue.specAt('binance', 'EUR/USD', 0)).spec.kind).toBe('forex');
});
