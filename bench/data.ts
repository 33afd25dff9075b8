import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalogue } from '../core/data/catalogue/catalogue.ts';
import { resampleCandles } from '../core/data/resample.ts';
import { hashCandles } from '../core/data/store/content-hash.ts';
import { synthMarket } from '../core/data/synth/synth-market.ts';

/** Two years of minutes: about a million candles, as in the design's figures. */
const DAYS = 730;
const PAIR = 'BTC/USDT:USDT';
const FROM = Date.UTC(2022, 0, 1);

function print(name: string, value: number, unit: string, reference?: number): void {
  const ratio = reference === undefined ? {} : { reference, ratio: Number((value / reference).toFixed(3)) };
  process.stdout.write(`${JSON.stringify({ name, value: Number(value.toPrecision(4)), unit, ...ratio })}\n`);
}

/** Median wall milliseconds of `runs` runs. */
async function median(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[runs >> 1]!;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-data-'));
try {
  const year = await median(3, () =>
    synthMarket({ seed: 1, pairs: [PAIR], from: FROM, days: 365 }).candles('', PAIR, '1m'),
  );
  print('data: synthesise a year of minutes of a perpetual', year, 'ms', 1000);
  const table = await synthMarket({ seed: 7, pairs: [PAIR], from: FROM, days: DAYS }).candles('', PAIR, '1m');
  const catalogue = await openCatalogue(folder);
  const parquetOnly = await openCatalogue(folder, { cache: false });
  print('data: write 1.05 M candles', await median(1, () => catalogue.writeCandles('x', PAIR, '1m', table)), 'ms', 630);
  const bytes = (await catalogue.list()).reduce((sum, info) => sum + info.bytes, 0);
  print('data: size of 1.05 M candles', bytes / 1e6, 'MB', 17.7);
  print(
    'data: load 1.05 M candles from Parquet',
    await median(5, () => parquetOnly.candles('x', PAIR, '1m')),
    'ms',
    150,
  );
  await catalogue.candles('x', PAIR, '1m');
  print('data: load 1.05 M candles, cached', await median(7, () => catalogue.candles('x', PAIR, '1m')), 'ms', 150);
  print('data: resample 1.05 M candles to 1h', await median(5, () => resampleCandles(table, '1m', '1h')), 'ms');
  print('data: hash 1.05 M candles', await median(5, () => hashCandles(table)), 'ms');
} finally {
  rmSync(folder, { recursive: true });
}
