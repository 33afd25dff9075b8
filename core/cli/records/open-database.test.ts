import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openTradeStore } from '../../persistence/trade-store/open-trade-store.ts';
import { openDatabase } from './open-database.ts';

const userdir = mkdtempSync(join(tmpdir(), 'tidegate-databases-'));
afterAll(() => rmSync(userdir, { recursive: true }));

async function opened(db?: string): Promise<string> {
  const reader = await openDatabase({ userdir, ...(db !== undefined && { db }) });
  reader.close();
  return reader.path;
}

it('opens the database that a bot wrote last, what stands in its log counted, or the one that is named', async () => {
  await expect(opened()).rejects.toThrow('STORE_MISSING');
  const [live, dry] = ['trades.sqlite', 'dry-run.sqlite'].map((name) => join(userdir, name)) as [string, string];
  for (const path of [live, dry]) await (await openTradeStore(path, { mode: 'dry-run', at: 1, inputs: null })).close(2);
  const wrote = (path: string, seconds: number) => utimesSync(path, seconds, seconds);
  wrote(live, 2000);
  wrote(dry, 1000);
  expect(await opened()).toBe(live);
  expect(await opened(dry)).toBe(dry);
  // It has been looked into, not written.
  expect(await opened()).toBe(live);
  writeFileSync(`${dry}-wal`, 'pages');
  wrote(`${dry}-wal`, 3000);
  expect(await opened()).toBe(dry);
});
