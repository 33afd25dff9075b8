import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCandleColumns } from './candle-columns.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-columns-'));
const HOUR = 3_600_000;

function fileOf(name: string, hours: readonly number[]): string {
  const path = join(folder, name);
  const rows = hours.map((h) => `${1_704_067_200_000 + h * HOUR},1,2,0.5,1.5,10`);
  writeFileSync(path, ['time,open,high,low,close,volume', ...rows].join('\n'));
  return path;
}

it('reads rows with gaps, and refuses rows out of order or of one time, naming the row', async () => {
  const { time } = await readCandleColumns(fileOf('gaps.csv', [0, 1, 5]), 'candles');
  expect(Array.from(time!, (t) => (t - time![0]!) / HOUR)).toEqual([0, 1, 5]);
  await expect(readCandleColumns(fileOf('back.csv', [0, 2, 1]), 'candles')).rejects.toThrow(
    /DATA_ORDER: the time of row 3 goes backward .*2024-01-01 01:00/,
  );
  await expect(readCandleColumns(fileOf('twice.csv', [0, 1, 1]), 'candles')).rejects.toThrow(/row 3 repeats/);
});

it('counts minutes for named columns without a time', async () => {
  const path = join(folder, 'named.json');
  writeFileSync(path, JSON.stringify({ close: [1, null, 3] }));
  const { time, close } = await readCandleColumns(path, 'candles');
  expect([Array.from(time!), Array.from(close!)]).toEqual([
    [0, 60_000, 120_000],
    [1, Number.NaN, 3],
  ]);
});
