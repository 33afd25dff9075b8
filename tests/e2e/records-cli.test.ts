import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decision, fill, intent, order, START, trade } from '../../core/persistence/trade-store/sample-rows-fixture.ts';
import { TradeWriter } from '../../core/persistence/trade-store/writer.ts';

let userdir: string;
const tidegate = (...args: string[]) => {
  const bin = join(import.meta.dirname, '../../bin/tidegate.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args, '--userdir', userdir], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

beforeAll(() => {
  userdir = mkdtempSync(join(tmpdir(), 'tidegate-records-'));
  const writer = new TradeWriter(join(userdir, 'dry-run.sqlite'), START);
  writer.commit([
    {
      trades: [
        trade(1, {
          closedAt: START.at + 3_600_001,
          closeRate: 110,
          profitAbs: 2.9,
          profitRatio: 0.0966,
          exitReason: 'roi',
        }),
        trade(2),
      ],
      orders: [
        order(1, { trade: 1, state: 'filled', filled: 0.3, filledLots: 3, average: 100.1 }),
        order(2, { trade: 2 }),
      ],
      intents: [intent(1, { outcome: 'confirmed', settledAt: START.at + 9 }), intent(2)],
      fills: [fill(1)],
      decisions: [decision('cross above'), decision('cooldown', { kind: 'veto' })],
    },
  ]);
  writer.end(START.at);
});
afterAll(() => rmSync(userdir, { recursive: true }));

it('shows trades, orders, decisions and the life of a trade', () => {
  expect(tidegate('show', 'trades').stdout).toMatch(/1 +EmaCross +BTC\/USDT +long .* 1 h .* \+9.66 % +roi/);
  expect(JSON.parse(tidegate('show', 'trades', '--state', 'open', '--json').stdout)).toMatchObject([
    { id: 2, closedAt: null },
  ]);
  expect(tidegate('show', 'orders', '2').stdout).toMatch(/2 +2 +BTC\/USDT +entry .* created +tg2/);
  expect(tidegate('show', 'decisions', '--kind', 'veto').stdout).toMatch(
    /^ +2 {2}2023-11-14 22:13:20.000 {2}veto .*cooldown\n$/,
  );
  const life = tidegate('show', 'explain', '1').stdout;
  expect(life).toMatch(/^Trade 1: EmaCross, long BTC\/USDT from 100.1, closed by roi after 1 h: \+2.90/);
  expect(life).toMatch(
    /decision +signal: cross above[\s\S]*fill +buy 0.3 at 100.1[\s\S]*place entry order 1: confirmed/,
  );
});

it('says what is wrong with what was asked', () => {
  expect(tidegate('show', 'explain')).toMatchObject({ status: 2, stderr: expect.stringContaining('USAGE_ARGUMENT') });
  expect(tidegate('show', 'explain', '9').stderr).toMatch(/TRADE_UNKNOWN/);
  expect(tidegate('show', 'decisions', '--kind', 'vet').stderr).toMatch(/Did you mean "veto"/);
  expect(tidegate('show', 'trades', '--db', join(userdir, 'none')).stderr).toMatch(/STORE_OPEN/);
  expect(tidegate('compare', 'testnet').stderr).toMatch(/^STORE_MISSING: there is no trade database "testnet"/);
});

it('copies the database, and never over a file', () => {
  const copy = join(userdir, 'copy.sqlite');
  expect(tidegate('backup', '--out', copy).stdout).toMatch(/ copied to /);
  expect(tidegate('export', 'fills', '--json', '--db', copy).stdout).toBe(tidegate('export', 'fills', '--json').stdout);
  expect(tidegate('backup', '--out', copy).stderr).toMatch(/^STORE_COPY/);
});

it('exports tables and lists', () => {
  const file = join(userdir, 'trades.csv');
  expect(tidegate('export', 'trades', '--csv', '--out', file).status).toBe(0);
  expect(readFileSync(file, 'utf8')).toMatch(
    /^id,strategy,pair,.*\r\n1,EmaCross,BTC\/USDT,long,2023-11-14T22:13:20.001Z,2023-11-14T23:13:20.001Z,100.1,110,/,
  );
  expect(JSON.parse(tidegate('export', 'fills', '--json').stdout)).toEqual([fill(1)]);
  expect(tidegate('export', 'orders').stdout).toMatch(/^id,account,strategy,/);
  expect(tidegate('export', 'trade').stderr).toMatch(/Did you mean "trades"/);
});
