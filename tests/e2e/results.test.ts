import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

const temporary = mkdtempSync(join(tmpdir(), 'results-cli-'));
const userdir = join(temporary, 'user');
const market = join(temporary, 'market');
mkdirSync(userdir);
beforeAll(() => writeSmallMarket(market, 5));
afterAll(() => rmSync(temporary, { recursive: true }));

const backtest = (...more: string[]) =>
  runCli(['backtest', '-s', 'EmaCross', '--data', market, '--userdir', userdir, '-p', 'BTC/USDT', ...more]);
const results = (...args: string[]) => runCli(['results', ...args, '--userdir', userdir]);

test('runs are kept, listed, shown, compared, reproduced and removed', async () => {
  expect((await results('list')).out).toMatch(/^No results in .* yet/);
  const json = JSON.parse((await backtest('--json')).out) as { hash: string };
  await backtest('--timeframe', '15m', '--fills', 'freqtrade');
  const entries = JSON.parse((await results('list', '--json')).out) as {
    id: string;
    hash: string;
    timeframe: string;
  }[];
  expect(entries.map((e) => e.timeframe)).toEqual(['5m', '15m']);
  expect(entries[0]!.hash).toBe(json.hash);
  expect(readdirSync(join(userdir, 'results', entries[0]!.id)).sort()).toEqual([
    'report.html',
    'result.json',
    'run.json',
    'trades.csv',
  ]);

  const shown = await results('show', entries[0]!.id);
  expect(shown.out).toContain(`result ${json.hash}`);
  expect(shown.out).toContain('Synthetic market: not real prices.');

  const compared = await results('compare', entries[0]!.id, 'latest');
  expect(compared.out).toContain('The results differ, and so do the inputs:');
  expect(compared.out).toMatch(/ to: 20\d\d-\d\d-\d\d \d\d:\d\d \(/);
  expect(compared.out).toContain(`timeframe: "5m" (${entries[0]!.id}), "15m" (${entries[1]!.id})`);

  for (const { id, hash } of entries)
    expect((await results('reproduce', id)).out).toBe(`same: ${id} gives result ${hash} again\n`);

  const newest = await results('list', '--limit', '1');
  expect(newest.out).toContain(entries[1]!.id);
  expect(newest.out).not.toContain(entries[0]!.id);
  expect(newest.out).toContain('the newest 1 of 2');
  writeFileSync(join(userdir, 'results', entries[1]!.id, 'run.json'), '{"version":1,"config":{}}');
  expect((await results('reproduce', 'latest')).err).toContain('RESULT_NO_RUN');

  expect((await results('rm', entries[0]!.id)).out).toBe(`removed ${entries[0]!.id}\n`);
  expect(existsSync(join(userdir, 'results', entries[0]!.id))).toBe(false);
});

test('a result whose strategy has changed since is not the same, and the code is named', async () => {
  const strategies = join(userdir, 'strategies');
  const file = join(strategies, 'my-cross.ts');
  await runCli(['new', 'strategy', 'Unused', '--userdir', userdir]);
  const source = readFileSync(new URL('../../strategies/ema-cross.ts', import.meta.url), 'utf8');
  writeFileSync(file, source);
  await runCli(['backtest', '-s', 'MyCross', '--data', market, '--userdir', userdir, '-p', 'BTC/USDT', '--no-report']);
  const { out: before, code: fine } = await results('reproduce', 'latest');
  expect({ fine, same: before.startsWith('same: ') }).toEqual({ fine: 0, same: true });
  writeFileSync(file, source.replace('stoploss = -0.02', 'stoploss = -0.004'));
  const { code, out } = await results('reproduce', 'latest');
  expect(code).toBe(1);
  expect(out).toMatch(/^DIFFERENT: /);
  expect(out).toContain('settings.code.0: ');
});

test('a result whose data is gone says so, and does not run on the market that stands in for a first one', async () => {
  const gone = join(temporary, 'gone');
  cpSync(market, gone, { recursive: true });
  await runCli(['backtest', '-s', 'EmaCross', '--data', gone, '--userdir', userdir, '-p', 'BTC/USDT', '--no-report']);
  rmSync(gone, { recursive: true });
  const { code, err } = await results('reproduce', 'latest');
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('DATA_FOLDER_MISSING') as string });
});

test('several processes keep results at once and lose none', async () => {
  const before = (JSON.parse((await results('list', '--json')).out) as unknown[]).length;
  await Promise.all([1, 2, 3, 4].map(() => backtest('--no-report')));
  expect(JSON.parse((await results('list', '--json')).out)).toHaveLength(before + 4);
});

test('an unknown result is named with what to do', async () => {
  const { code, err } = await results('show', 'nothing');
  expect(code).toBe(1);
  expect(err).toMatch(
    /^RESULT_UNKNOWN: there is no kept result "nothing" \(.*\)\. .*"tidegate results list" shows all\.\n$/,
  );
});
