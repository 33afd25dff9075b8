import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TradeWriter } from '../../core/persistence/trade-store/writer.ts';

const DAY = 86_400_000;
const FROM = Date.UTC(2024, 0, 1);
let userdir: string;
const tidegate = (...args: string[]) => {
  const bin = join(import.meta.dirname, '../../bin/tidegate.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

beforeAll(() => {
  userdir = mkdtempSync(join(tmpdir(), 'tidegate-universe-'));
  const made = tidegate(
    'data',
    'synth',
    '--data',
    join(userdir, 'data'),
    '--days',
    '6',
    '--ticks',
    '0',
    '--pairs',
    'BTC/USDT,ETH/USDT',
  );
  expect(made.status).toBe(0);
  writeFileSync(
    join(userdir, 'config.yaml'),
    'timeframe: 1h\nexchange: synthetic\npairlists:\n  - { name: volume, timeframe: 1h, candles: 24 }\n  - { name: offset, offset: 1 }\n',
  );
});
afterAll(() => rmSync(userdir, { recursive: true }));

it('tests a chain of pair lists as of a moment, and backtests trade what it names', () => {
  const told = tidegate('pairlist', 'test', '--userdir', userdir, '--time', '20240103', '--json');
  const { steps, pairs, time } = JSON.parse(told.stdout);
  expect(time).toBe(FROM + 2 * DAY);
  expect(steps.map((step: { name: string; pairs: string[] }) => [step.name, step.pairs.length])).toEqual([
    ['volume', 2],
    ['offset', 1],
  ]);
  expect(tidegate('pairlist', 'test', '--userdir', userdir).stdout).toMatch(
    /volume +2 pairs\noffset +1 pairs {2}drops /,
  );
  const run = tidegate(
    'backtest',
    '-s',
    'EmaCross',
    '--userdir',
    userdir,
    '--timerange',
    '20240103-20240104',
    '--no-keep',
    '--json',
  );
  const { inputs } = JSON.parse(run.stdout);
  expect([inputs.pairs, inputs.settings.pairlists.lists]).toEqual([pairs, [[FROM + 2 * DAY, pairs]]]);
});

it('compares a run with a backtest of its span, as a table, JSON and a page', () => {
  const writer = new TradeWriter(join(userdir, 'dry-run.sqlite'), {
    mode: 'dry-run',
    at: FROM + 2 * DAY,
    inputs: { strategies: [['EmaCross', 'x']], pairs: ['BTC/USDT'] },
  });
  const start = { type: 'start', terms: { pairs: ['BTC/USDT'], startingBalance: 5000 } };
  writer.commit([
    {
      journal: [
        { at: FROM + 2 * DAY, body: start },
        { at: FROM + 6 * DAY, body: null },
      ],
    },
  ]);
  writer.end(FROM + 6 * DAY);
  const config = join(userdir, 'bot.yaml');
  writeFileSync(config, 'timeframe: 1h\nexchange: synthetic\n');
  const page = join(userdir, 'gap.html');
  const compare = (...more: string[]) => tidegate('compare', 'dry-run', '-c', config, '--userdir', userdir, ...more);
  const { trades, gap, byCause, testProfit } = JSON.parse(compare('--json', '--page', page).stdout);
  expect(trades.length).toBeGreaterThan(0);
  // The bot did nothing at all.
  expect(trades.every((trade: { live: unknown }) => trade.live === null)).toBe(true);
  expect([gap, byCause.data]).toEqual([-testProfit, -testProfit]);
  expect(readFileSync(page, 'utf8')).toContain('the bot saw no signal');
  expect(compare().stdout).toMatch(/missing[\s\S]*data [+-][\d.]+: the bot saw no signal[\s\S]*gap [+-]/);
});
