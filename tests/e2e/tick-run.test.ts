import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tickCommands } from '../fixtures/tick-commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-tick-run-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { tidegate, runOf } = tickCommands(folder);

it('runs the scalper on synthetic ticks, the same each time, and names what is missing', { timeout: 60_000 }, () => {
  tidegate('data', 'synth', '--pairs', 'BTC/USDT:USDT', '--days', '1', '--ticks', '30');
  const [first, again] = [0, 1].map(() => runOf('Scalper', undefined, '--exchange', 'synthetic'));
  expect(again.hash).toBe(first.hash);
  expect(Object.keys(first.decisionCounts).some((key) => key.startsWith('vpin: '))).toBe(true);
  expect(() => runOf('Scalper', 'ETH/USDT:USDT', '--exchange', 'synthetic')).toThrow('TICKS_MISSING');
});
