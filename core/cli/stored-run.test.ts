import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { readStoredRun, STORED_RUN, storedRun } from './stored-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'stored-run-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = (strategy: string | string[]) =>
  loadConfig({ files: [], commandLine: { strategy, pairs: ['BTC/USDT'] } });

async function roundTrip(text: string, userdir: string) {
  writeFileSync(join(folder, STORED_RUN), text);
  return readStoredRun(folder, userdir);
}

test('a user folder may move: paths below it go with it, names stay, others stay where they are', async () => {
  const text = storedRun(
    config(['EmaCross', '/home/u/strategies/mine.ts', '/elsewhere/x.ts']),
    { folder: '/home/u/data' },
    '/home/u',
  );
  expect(JSON.parse(text)).toMatchObject({ data: { folder: 'userdir:data' } });
  const back = await roundTrip(text, '/moved');
  expect(back.config.strategy).toEqual(['EmaCross', '/moved/strategies/mine.ts', '/elsewhere/x.ts']);
  expect(back.data).toEqual({ folder: '/moved/data' });
  expect({ ...back.config, strategy: 0 }).toEqual({ ...config('x'), strategy: 0 });
});

test('a synthetic market is kept as its options', async () => {
  const synthetic = { seed: 7, pairs: ['BTC/USDT'], from: 0, days: 3 };
  expect((await roundTrip(storedRun(config('EmaCross'), { synthetic }, '/u'), '/u')).data).toEqual({ synthetic });
});

test('a run that is missing or does not fit is named', async () => {
  await expect(readStoredRun(join(folder, 'none'), '/u')).rejects.toThrow(/RESULT_NO_RUN/);
  await expect(roundTrip('{"version":1,"config":{"startingBalance":-1},"data":{"folder":"x"}}', '/u')).rejects.toThrow(
    /RESULT_NO_RUN.*another version/,
  );
});
