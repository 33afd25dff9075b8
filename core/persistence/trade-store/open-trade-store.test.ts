import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTradeStore } from './open-trade-store.ts';
import { decision, fill, START, trade } from './sample-rows-fixture.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-store-'));
  path = join(folder, 'bot', 'trades.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('gives batches that wait one sync, in the order of the calls, and keeps a second bot out', async () => {
  const store = await openTradeStore(path, START);
  const acks = await Promise.all(Array.from({ length: 50 }, (_, k) => store.commit({ journal: [{ at: k, body: k }] })));
  expect(Math.max(...acks.map((ack) => ack.groupSize))).toBeGreaterThan(1);
  expect(acks.at(-1)!.journal).toBe(50);
  expect(store.reader.journal(48, 10).map(({ seq, session, body }) => [seq, session, body])).toEqual([
    [49, 1, 48],
    [50, 1, 49],
  ]);
  await expect(openTradeStore(path, START)).rejects.toThrow(/STORE_IN_USE.*Another bot uses this database/);
  await store.backup(join(folder, 'copy.sqlite'));
  await expect(store.backup(join(folder, 'copy.sqlite'))).rejects.toThrow(/STORE_COPY.*would be written over a file/);
  await store.close(START.at + 5);
  await expect(store.commit({})).rejects.toThrow(/STORE_CLOSED/);
  const again = await openTradeStore(path, START);
  expect(again.recovered.previous?.endedAt).toBe(START.at + 5);
  await again.close(0);
});

it('refuses everything after a write that failed', async () => {
  const store = await openTradeStore(path, START);
  const lost = store.commit({ fills: [fill(1)] });
  const with_ = store.commit({ decisions: [decision('in the same group or after it')] });
  await expect(lost).rejects.toThrow(/STORE_CONFLICT.*FOREIGN KEY/);
  await expect(with_).rejects.toThrow(/STORE_CONFLICT/);
  await expect(store.commit({})).rejects.toThrow(/STORE_CONFLICT/);
  expect(store.reader.decisions()).toEqual([]);
  await store.close(0);
});

it('gives closed trades in the order in which they closed, and what those before the latest came to', async () => {
  const store = await openTradeStore(path, START);
  const closed = (id: number, closedAt: number, profitAbs: number, engine: object | null = { id }) =>
    trade(id, { closedAt, profitAbs, engine: engine as never });
  // One was imported: the bot did not earn it.
  const rows = [closed(1, 90, -4), closed(2, 10, 7), closed(3, 20, -2), closed(4, 15, 100, null), closed(5, 95, 1)];
  await store.commit({ trades: [...rows, trade(6, { closedAt: null })] });
  const { reader } = store;
  const ids = (limit: number) => reader.closed(limit).trades.map(({ id }) => id);
  expect([ids(9), reader.closed(9).before]).toEqual([[2, 3, 1, 5], null]);
  expect(reader.closed(3).before).toEqual({ profit: 7, peak: 7 });
  expect([ids(2), reader.closed(2).before]).toEqual([[1, 5], { profit: 5, peak: 7 }]);
  await store.close(0);
});

it('says when a folder cannot be made', async () => {
  writeFileSync(join(folder, 'bot'), '');
  await expect(openTradeStore(path, START)).rejects.toThrow(/STORE_OPEN.*Check the path/);
  expect(existsSync(path)).toBe(false);
});
