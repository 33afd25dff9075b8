import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Catalogue, openCatalogue } from './catalogue/catalogue.ts';
import { resampleTrades } from './trade-candles.ts';

const temporary = mkdtempSync(join(tmpdir(), 'trade-candles-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

/** A catalogue with trades at [hours since the start, price, amount]. */
async function stored(...tables: readonly (readonly (readonly [number, number, number])[])[]): Promise<Catalogue> {
  const catalogue = await openCatalogue(mkdtempSync(join(temporary, 'run-')), { cache: false });
  for (const rows of tables) {
    const column = (c: 0 | 1 | 2) => Float64Array.from(rows, (row) => (c === 0 ? START + row[0] * HOUR : row[c]));
    await catalogue.writeTrades('x', 'A/B', {
      length: rows.length,
      time: column(0),
      price: column(1),
      amount: column(2),
      side: new Float64Array(rows.length),
    });
  }
  return catalogue;
}

async function run(catalogue: Catalogue, to: string, overwrite = false) {
  const all = [];
  for await (const series of resampleTrades(catalogue, to, () => true, overwrite)) all.push(series);
  return all;
}

it('makes candles of trades over midnight, none where there was no trade, and leaves out what trades may cover in part', async () => {
  const catalogue = await stored([
    [21.5, 9, 1],
    [22, 10, 1],
    [22.2, 12, 2],
    [22.3, 8, 3],
    [22.999, 11, 4],
    [24, 13, 0.5],
    [24.5, 13.5, 0.25],
    [26, 14, 1],
  ]);
  expect(await run(catalogue, '1h')).toMatchObject([{ pair: 'A/B', source: 'trades', rows: 2, added: 2, done: 1 }]);
  const { time, open, high, low, close, volume } = await catalogue.candles('x', 'A/B', '1h');
  expect([[...time], [...open], [...high], [...low], [...close], [...volume]]).toEqual([
    [START + 22 * HOUR, START + 24 * HOUR],
    [10, 13],
    [12, 13.5],
    [8, 13],
    [11, 13.5],
    [10, 0.75],
  ]);
  expect(await run(catalogue, '1h')).toMatchObject([{ rows: 2, added: 0, replaced: 0, ignored: 0 }]);
});

it('leaves out the edges of each run of days', async () => {
  const hours = (from: number) => [0, 1, 2, 3].map((h) => [from + h, 10 + h, 1] as const);
  const catalogue = await stored(hours(1), hours(73));
  await run(catalogue, '1h');
  const { time } = await catalogue.candles('x', 'A/B', '1h');
  expect([...time].map((t) => (t - START) / HOUR)).toEqual([2, 3, 74, 75]);
});

it('leaves stored candles unless they are to be replaced', async () => {
  const catalogue = await stored([1, 2, 3].map((h) => [h, 10, 1] as const));
  const one = (x: number) => Float64Array.of(x);
  const candle = { length: 1, time: one(START + 2 * HOUR), open: one(5), high: one(5), low: one(5), close: one(5) };
  await catalogue.writeCandles('x', 'A/B', '1h', { ...candle, volume: one(1) });
  expect(await run(catalogue, '1h')).toMatchObject([{ added: 0, ignored: 1 }]);
  expect(await run(catalogue, '1h', true)).toMatchObject([{ replaced: 1 }]);
  expect([...(await catalogue.candles('x', 'A/B', '1h')).close]).toEqual([10]);
});

it('refuses timeframes longer than a day, and bars by trading', async () => {
  const catalogue = await stored([[1, 10, 1]]);
  for (const to of ['1w', '1M', 'vol:100']) await expect(run(catalogue, to)).rejects.toThrow('DATA_RESAMPLE');
});
