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

/** One measured figure; `ratio` is value / reference: below 1 is better here. */
interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: number;
  readonly ratio?: number;
}

function figure(name: string, value: number, unit: string, reference?: number): Figure {
  return { name: `data.${name}`, value, unit, ...(reference !== undefined && { reference, ratio: value / reference }) };
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

/** Wall milliseconds of making, writing, loading, resampling and hashing a million candles; references are the design's bounds. */
export async function benches(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-data-'));
  try {
    const make = (days: number) => synthMarket({ seed: 7, pairs: [PAIR], from: FROM, days }).candles('', PAIR, '1m');
    const year = await median(3, () => make(365));
    const table = await make(DAYS);
    const catalogue = await openCatalogue(folder);
    const parquetOnly = await openCatalogue(folder, { cache: false });
    const write = await median(1, () => catalogue.writeCandles('x', PAIR, '1m', table));
    const bytes = (await catalogue.list()).reduce((sum, info) => sum + info.bytes, 0);
    return [
      figure('synth-year-of-minutes', year, 'ms', 1000),
      figure('write-1m-candles', write, 'ms', 630),
      figure('size-1m-candles', bytes / 1e6, 'MB', 17.7),
      figure('load-1m-candles-parquet', await median(5, () => parquetOnly.candles('x', PAIR, '1m')), 'ms', 150),
      figure('load-1m-candles', await median(7, () => catalogue.candles('x', PAIR, '1m')), 'ms', 150),
      figure('resample-1m-candles-to-1h', await median(5, () => resampleCandles(table, '1m', '1h')), 'ms'),
      figure('hash-1m-candles', await median(5, () => hashCandles(table)), 'ms'),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
