import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tidegate-tick-states-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tidegate(...args: string[]): string {
  return execFileSync(process.execPath, [join(root, 'bin/tidegate.js'), ...args, '--data', join(folder, 'data')], {
    encoding: 'utf8',
    cwd: folder,
    stdio: 'pipe',
  });
}

const START = Date.UTC(2024, 0, 1);
/** A row of a capture at a moment in ms from the start. */
const row = (ms: number, text: string) => `${START + ms}000000,${START + ms + 2}000000,${text}`;

/**
 * A minute of a book of five levels around 100.0 that changes ten times a second, with four accidents: a snapshot whose asks come three seconds after its
 * bids, a bid that stands above the asks for three seconds, ten seconds without a change, and two rows that are out of order.
 */
function damaged(): string {
  const rows: string[] = [];
  const side = (ms: number, kind: string, s: 'b' | 'a') => {
    for (let k = 0; k < 5; k++)
      rows.push(row(ms, `${kind},${s},${(s === 'b' ? 99.9 - k / 10 : 100 + k / 10).toFixed(1)},5`));
  };
  side(0, 'snapshot', 'b');
  side(0, 'snapshot', 'a');
  for (let ms = 100; ms < 60_000; ms += 100) {
    const isSilent = ms >= 30_000 && ms < 40_000;
    const isHalf = ms >= 10_000 && ms < 13_000;
    if (ms === 10_000) side(ms, 'snapshot', 'b');
    else if (ms === 13_000) side(ms, 'delta', 'a');
    else if (ms === 20_000) rows.push(row(ms, 'delta,b,100.2,1'));
    else if (ms === 23_000) {
      rows.push(row(ms, 'delta,b,100.2,0'));
      side(ms, 'delta', 'a');
    } else if (!isSilent && !isHalf) rows.push(row(ms, `delta,b,99.5,${1 + (ms % 7)}`));
  }
  const late = rows.findIndex((text) => text.startsWith(`${START + 45_000}`));
  rows.splice(late, 2, rows[late + 1]!, rows[late]!);
  return ['exch_ns,local_ns,kind,side,price,qty', ...rows, ''].join('\n');
}

const STRATEGY = `import { Strategy } from 'tidegate';

export default class States extends Strategy {
  override stoploss = -1;
  override ticks() {
    return { timerMs: 500 };
  }
  override onTimer() {
    this.gate('book', this.bookState === 'live', this.bookState);
  }
}
`;

it('shows a strategy a book that waits, has a gap, is crossed or goes stale; what was out of order is told on import', {
  timeout: 60_000,
}, () => {
  mkdirSync(join(folder, 'user_data/strategies'), { recursive: true });
  writeFileSync(join(folder, 'user_data/strategies/states.ts'), STRATEGY);
  writeFileSync(join(folder, 'book.csv'), damaged());
  const said = tidegate('ticks', 'import', 'book.csv', '--pair', 'BTC/USDT:USDT', '--tick', '0.1', '--lot', '0.001');
  expect(said).toContain('times go back at 1 row: put in order by time');
  expect(said).toContain('1 silence over 10 s (longest 10.1 s)');
  expect(said).toContain('after 1 silence the book goes on without a snapshot');
  const result = JSON.parse(tidegate('backtest', '--ticks', '-s', 'States', '--pairs', 'BTC/USDT:USDT', '--json'));
  const seen = result.decisions.map((d: { time: number; reason: string }) => [(d.time - START) / 1000, d.reason]);
  expect(seen).toEqual([
    [0.5, 'live'],
    [10.5, 'gap'],
    [13.5, 'live'],
    [20.5, 'crossed'],
    [23.5, 'live'],
    [35, 'stale'],
    [40.5, 'live'],
  ]);
});
