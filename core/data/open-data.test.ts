import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openCatalogue } from './catalogue/catalogue.ts';
import { importFiles } from './import-data.ts';
import { openData } from './open-data.ts';
import { validateData } from './validate-data.ts';

const REAL = process.env.TIDEGATE_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const hasReal = existsSync(join(REAL, 'candles'));
if (!hasReal) console.log(`skipped: no real data in ${REAL} (TIDEGATE_DATA names another folder)`);

it('says that a folder is missing or empty', async () => {
  await expect(openData('/nowhere/at/all')).rejects.toThrow('DATA_FOLDER_MISSING');
  const empty = mkdtempSync(join(tmpdir(), 'open-'));
  await expect(openData(empty)).rejects.toThrow('DATA_FOLDER_EMPTY');
  rmSync(empty, { recursive: true });
});

it.skipIf(!hasReal)('opens a folder of real files whole, preferring the longest of equal series', async () => {
  const data = await openData(REAL);
  expect((await data.list()).length).toBeGreaterThan(40);
  const hourly = await data.candles('binance', 'BTC/USDT', '1h');
  expect([hourly.length, hourly.time[0]]).toEqual([46_981, Date.UTC(2017, 7, 17, 4)]);
  expect((await data.events('binance', 'BTC/USDT:USDT', 'funding')).length).toBe(2_151);
  const short = await openData(join(REAL, 'candles/futures-2025'));
  expect((await short.events('binance', 'BTC/USDT:USDT', 'funding')).length).toBe(266);
  expect((await data.specAt('binance', 'BTC/USDT:USDT', 0)).spec.priceTick).toBe(0.1);
  const quotes = await data.candles('oanda', 'EUR/USD', '1m');
  expect([quotes.length, quotes.volumeKind, Object.keys(quotes.extra!).length]).toEqual([15_366, 'none', 8]);
});

it.skipIf(!hasReal)('finds gaps but no errors in the real files', async () => {
  for await (const { info, issues } of validateData(await openData(join(REAL, 'candles'))))
    expect(
      issues.filter(({ severity }) => severity === 'error'),
      info.source,
    ).toEqual([]);
});

it.skipIf(!hasReal)('stores real candles with the content that the files have', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  const source = await openData(join(REAL, 'candles/futures-2021'));
  const catalogue = await openCatalogue(folder);
  let files = 0;
  for await (const { rows, write } of importFiles(catalogue, [source.root], { exchange: 'binance' })) {
    files++;
    expect(write.added).toBe(rows);
  }
  expect(files).toBe(5);
  for (const info of await source.list())
    expect(await catalogue.contentHash(info)).toBe(await source.contentHash(info));
  rmSync(folder, { recursive: true });
});
