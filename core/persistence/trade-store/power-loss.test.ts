import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import type { StoreBatch } from '../../ports/trade-store.ts';
import { cutEverywhere, type LogStep } from './power-loss-fixture.ts';
import { decision, order, START } from './sample-rows-fixture.ts';
import { TradeWriter } from './writer.ts';

// Writes are found here by comparing the files before and after, and the syncs are those that SQLite documents. tests/soak/power-loss.test.ts
// records the real system calls, and so checks that the syncs are made.
const FILES = ['trades.sqlite', 'trades.sqlite-wal'];

it('recovers everything that was acknowledged, and no half batch, from a power loss at any sync', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-power-'));
  const before = new Map<string, Uint8Array>();
  const log: LogStep[] = [];
  const written = () => {
    for (const file of FILES) {
      const path = join(folder, file);
      const now = existsSync(path) ? readFileSync(path) : new Uint8Array(0);
      const was = before.get(file) ?? new Uint8Array(0);
      before.set(file, now);
      for (let at = 0; at < now.length; at += 512)
        if (Buffer.compare(now.subarray(at, at + 512), was.subarray(at, at + 512)) !== 0)
          log.push({ file, at, bytes: now.subarray(at, at + 512) });
      if (now.length < was.length) log.push({ file, length: now.length });
    }
  };
  const sync = (file: string) => log.push({ file, sync: true });
  const writer = new TradeWriter(join(folder, 'trades.sqlite'), START);
  written();
  const initial = new Map(before);
  log.length = 0;
  for (let k = 1; k <= 12; k++) {
    const isQuote = k % 4 === 3;
    writer.commit([batch(k, isQuote ? 'quotes' : 'full')]);
    written();
    if (isQuote) continue;
    sync('trades.sqlite-wal');
    log.push({ acknowledged: k });
    if (k !== 5) continue;
    writer.checkpoint();
    written();
    sync('trades.sqlite');
  }
  writer.abandon();
  const { states, problems } = cutEverywhere(log, initial, join(folder, 'cut'), seeded(7), 2);
  rmSync(folder, { recursive: true });
  expect(problems).toEqual([]);
  expect(states).toBe(76);
});

it('would notice a store that acknowledges before its sync', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-power-'));
  const writer = new TradeWriter(join(folder, 'trades.sqlite'), START);
  writer.commit([batch(1, 'full')]);
  const initial = new Map(FILES.map((file) => [file, readFileSync(join(folder, file))]));
  const file = 'trades.sqlite-wal';
  const at = initial.get(file)!.length;
  writer.commit([batch(2, 'full')]);
  const bytes = readFileSync(join(folder, file)).subarray(at);
  const log: LogStep[] = [{ file, at, bytes }, { acknowledged: 2 }, { file, sync: true }];
  writer.abandon();
  const { problems } = cutEverywhere(log, initial, join(folder, 'cut'), seeded(7), 0);
  rmSync(folder, { recursive: true });
  expect(problems).toContainEqual(expect.stringContaining('only 1 batches are there'));
});

function batch(k: number, durability: 'full' | 'quotes'): StoreBatch {
  return { orders: [order(k)], decisions: [decision(String(k), { data: 'x'.repeat(k * 700) })], durability };
}
