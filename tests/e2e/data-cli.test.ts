import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { registerData } from '../../core/cli/data/register-data.ts';
import { registerDownload } from '../../core/cli/data/register-download.ts';
import { binanceServer } from './data-binance-server.ts';

const temporary = mkdtempSync(join(tmpdir(), 'data-cli-'));
afterAll(() => rmSync(temporary, { recursive: true }));
afterEach(() => {
  process.exitCode = 0;
});
const at = (name: string) => join(temporary, name);

/** Runs one command line in this process and gives what it printed. */
async function run(...words: string[]): Promise<string> {
  const program = new Command('tidegate').exitOverride();
  registerData(program);
  registerDownload(program);
  let text = '';
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((piece) => {
      text += String(piece);
      return true;
    }),
  );
  try {
    await program.parseAsync(words, { from: 'user' });
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text;
}

it('makes a market, lists it, finds no error in it, resamples and exports it, and imports the export', async () => {
  const market = at('market');
  expect(
    await run('data', 'synth', '--data', market, '--days', '5', '--pairs', 'BTC/USDT:USDT,EUR/USD', '--ticks', '5'),
  ).toContain('BTC/USDT:USDT candles 1m: 7200 rows');
  const list = JSON.parse(await run('data', 'list', '--data', market, '--json')) as {
    pair: string;
    type: string;
    rows: number;
  }[];
  expect(list.map(({ pair, type }) => `${pair} ${type}`)).toEqual(
    ['book', 'candles', 'funding', 'liquidations', 'mark', 'oi', 'trades']
      .map((type) => `BTC/USDT:USDT ${type}`)
      .concat('EUR/USD candles'),
  );
  expect(await run('data', 'list', '--data', market)).toContain('8 series in');
  expect(await run('data', 'validate', '--data', market)).toContain('0 errors');
  expect(process.exitCode ?? 0).toBe(0);
  expect(
    await run('data', 'resample', '--data', market, '--pairs', 'BTC/USDT:USDT', '--type', 'candles', '--to', '1h'),
  ).toContain('1m -> 1h: 120 candles, 120 new');
  await run('data', 'export', '--csv', '--data', market, '--out', at('csv'));
  const imported = await run('data', 'import', at('csv'), '--data', at('copy'), '--exchange', 'synthetic');
  expect(imported).toContain('9 files stored');
  const again = JSON.parse(await run('data', 'list', '--data', at('copy'), '--json')) as { rows: number }[];
  expect(again.map(({ rows }) => rows)).toEqual(
    (JSON.parse(await run('data', 'list', '--data', market, '--json')) as { rows: number }[]).map(({ rows }) => rows),
  );
});

it('refuses a faulty file without storing anything, and stores it corrected with --repair', async () => {
  const file = at('X_USDT-1m.csv');
  const row = (i: number, close: number | string) => `${1704067200000 + i * 60_000},1,2,0.5,${close},3\n`;
  writeFileSync(file, `time,open,high,low,close,volume\n${row(0, 1)}${row(1, '')}${row(2, 1)}`);
  await expect(run('data', 'import', file, '--data', at('faulty'))).rejects.toThrow(
    /DATA_NAN: the candle of 2024-01-01 00:01:00 UTC \(row 2\).*--repair/,
  );
  expect(existsSync(join(at('faulty'), 'binance'))).toBe(false);
  expect(await run('data', 'import', file, '--data', at('faulty'), '--repair')).toContain(
    '2 rows, 2 new, 0 replaced, repaired: 1 dropped',
  );
});

it('validates a folder of files, with exit code 1, and writes a repaired copy', async () => {
  const report = await run('data', 'validate', '--data', temporary, '--pairs', 'X/USDT');
  expect(report).toContain('error not-a-number: the candle of 2024-01-01 00:01:00 UTC has a value that is no number');
  expect(process.exitCode).toBe(1);
  process.exitCode = 0;
  const repaired = await run(
    'data',
    'validate',
    '--data',
    temporary,
    '--pairs',
    'X/USDT',
    '--repair',
    '--out',
    at('clean'),
  );
  expect(repaired).toContain('repaired: 1 dropped');
  expect(await run('data', 'list', '--data', at('clean'))).toContain('X/USDT');
  await expect(run('data', 'validate', '--data', temporary, '--repair', '--out', at('clean'))).rejects.toThrow(
    'DATA_OUT_EXISTS',
  );
});

it('downloads, and goes on where it stopped', async () => {
  const server = await binanceServer();
  try {
    const words = [
      'download',
      '--data',
      at('fetched'),
      '--pairs',
      'BTC/USDT:USDT',
      '--timeframe',
      '5m',
      '--type',
      'candles,funding,book',
      '--timerange',
      '20240101-20240103',
      '--url',
      server.url,
    ];
    const first = await run(...words);
    expect(first).toContain('BTC/USDT:USDT 5m candles: 576 rows fetched, 576 new');
    expect(first).toContain('BTC/USDT:USDT funding: 6 rows fetched, 6 new');
    expect(await run(...words)).toContain('BTC/USDT:USDT 5m candles: 0 rows fetched, 0 new');
    expect(JSON.parse(readFileSync(join(at('fetched'), 'specs/binance.json'), 'utf8'))).toMatchObject([
      { pair: 'BTC/USDT:USDT', priceTick: 0.1 },
    ]);
  } finally {
    await server.close();
  }
});

it('explains wrong use', async () => {
  await expect(run('data', 'list', '--type', 'candels')).rejects.toThrow('Did you mean "candles"?');
  await expect(run('download', '--pairs', 'A/B', '--timerange', 'yesterday')).rejects.toThrow('USAGE_TIMERANGE');
  await expect(run('data', 'list', '--data', at('nowhere'))).rejects.toThrow('DATA_FOLDER_MISSING');
  await expect(run('data', 'synth', '--from', 'soon', '--data', at('never'))).rejects.toThrow('USAGE_DATE');
  await expect(run('download', '--exchange', 'binanse', '--pairs', 'A/B', '--data', at('never'))).rejects.toThrow(
    'Did you mean "binance"?',
  );
});
