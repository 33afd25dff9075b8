import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import catalogue from './catalogue/index.ts';
import csvFolder from './csv-folder/index.ts';
import synthetic from './synthetic/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('synthetic makes the same market from the same seed, and calls it synthetic', async () => {
  const open = (seed: number) =>
    synthetic.create(synthetic.options.parse({ seed, days: 2, pairs: ['BTC/USDT'] })).open();
  const [one, two, other] = [await open(7), await open(7), await open(8)];
  const close = async (data: typeof one) => (await data.candles('synthetic', 'BTC/USDT', '1h')).close;
  expect(one.dataKind).toBe('synthetic');
  expect(await close(one)).toEqual(await close(two));
  expect(await close(one)).not.toEqual(await close(other));
  expect((await one.candles('synthetic', 'BTC/USDT', '1h')).time[0]).toBe(Date.UTC(2024, 0, 1));
});

it('csv-folder reads files in place, as of the exchange that is named', async () => {
  writeFileSync(
    join(folder, 'BTC_USDT-1h.csv'),
    'date,open,high,low,close,volume\n1704067200000,1,3,0.5,2,10\n1704070800000,2,4,1,3,20\n',
  );
  const data = await csvFolder.create({ folder, exchange: 'kraken' }).open();
  const candles = await data.candles('kraken', 'BTC/USDT', '1h');
  expect([Array.from(candles.close), data.dataKind]).toEqual([[2, 3], 'real']);
});

it('catalogue says what to do where there is no folder', async () => {
  const nowhere = join(folder, 'none');
  await expect(catalogue.create({ folder: nowhere }).open()).rejects.toThrow('DATA_FOLDER_MISSING');
});
