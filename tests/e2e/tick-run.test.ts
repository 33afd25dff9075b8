import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tidegate-tick-run-'));
afterAll(() => rmSync(folder, { recursive: true }));
function tidegate(...args: string[]): string {
  const env = { ...process.env, TIDEGATE_DATA: undefined };
  return execFileSync(process.execPath, [join(root, 'bin/tidegate.js'), ...args, '--data', join(folder, 'data')], {
    encoding: 'utf8',
    env,
    cwd: folder,
    stdio: 'pipe',
  });
}
const runOf = (strategy: string, ...more: string[]) =>
  JSON.parse(tidegate('backtest', '--ticks', '-s', strategy, '--json', ...more));
const pair = ['--pairs', 'BTC/USDT:USDT'];

it('runs the scalper on synthetic ticks, the same each time, and names what is missing', { timeout: 60_000 }, () => {
  tidegate('data', 'synth', '--pairs', 'BTC/USDT:USDT', '--days', '1', '--ticks', '30');
  const [first, again] = [0, 1].map(() => runOf('Scalper', ...pair, '--exchange', 'synthetic'));
  expect(again.hash).toBe(first.hash);
  expect(Object.keys(first.decisionCounts).some((key) => key.startsWith('vpin: '))).toBe(true);
  expect(() => runOf('Scalper', '--pairs', 'ETH/USDT:USDT', '--exchange', 'synthetic')).toThrow('TICKS_MISSING');
});
