import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { type ColumnSet, concatColumns } from './column-set.ts';
import { readOwnParquet, readParquet, writeParquet } from './parquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));
const candles = (year: number, extra: Readonly<Record<string, number>> = {}): ColumnSet => {
  const values = { time: Date.UTC(year, 0), open: 1.1, high: 3, low: 0.5, close: Number.NaN, volume: 5, ...extra };
  return {
    length: 2,
    columns: Object.fromEntries(
      Object.entries(values).map(([name, x]) => [name, Float64Array.of(x, name === 'time' ? x + 3_600_000 : x + 1)]),
    ),
    ...(extra.bidClose && { volumeKind: 'tick' as const }),
  };
};

it('reads several files of ours as one, as it would one by one', async () => {
  const paths = [2021, 2022, 2023].map((year) => join(folder, `${year}.parquet`));
  await writeParquet(paths[0]!, candles(2021), 'ms', {});
  await writeParquet(paths[1]!, candles(2022, { bidClose: 1, askClose: 2 }), 'ms', { pair: "O'X/USDT" });
  await writeParquet(paths[2]!, candles(2023), 'ms', { unfinishedFrom: '5' });
  const one = concatColumns(await Promise.all(paths.map(async (path) => (await readParquet(path)).set)));
  expect(one.volumeKind).toBe('tick');
  expect(await readOwnParquet(paths)).toEqual(one);
  expect(await readOwnParquet(paths.slice(0, 1))).toEqual(candles(2021));

  truncateSync(paths[1]!, 100);
  expect(await readOwnParquet(paths)).toBeNull();
  const foreign = fileURLToPath(new URL('../importer/fixtures/PARQUET_USDT-5m.parquet', import.meta.url));
  copyFileSync(foreign, paths[1]!);
  expect(await readOwnParquet(paths)).toBeNull();
});
