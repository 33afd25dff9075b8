import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

const temporary = mkdtempSync(join(tmpdir(), 'signals-'));
const market = join(temporary, 'market');
beforeAll(() => writeSmallMarket(market, 5));
afterAll(() => rmSync(temporary, { recursive: true }));

interface Trade {
  readonly side: string;
  readonly openTime: number;
  readonly closeTime: number;
  readonly exitReason: string;
  readonly entryTag: string | null;
}

async function trades(text: string, file: string, ...more: string[]): Promise<Trade[]> {
  const path = join(temporary, file);
  writeFileSync(path, text);
  const args = ['backtest', '-s', 'SignalFile', '--param', `file=${path}`, '--data', market, '--userdir', temporary];
  const { out, err } = await runCli([...args, '-p', 'BTC/USDT:USDT', '--no-keep', '--json', ...more]);
  expect(err).toBe('');
  return (JSON.parse(out) as { trades: Trade[] }).trades;
}

const T = (text: string) => Date.parse(`2024-01-${text}:00Z`);
const CSV = `time,pair,enterLong,exitLong,enterShort,exitShort,tag
2024-01-02T10:00:00Z,BTC/USDT:USDT,1,0,0,0,up
2024-01-02T12:03:00Z,BTC/USDT:USDT,0,1,1,0,turn
2024-01-03T00:00:00Z,BTC/USDT:USDT,0,0,0,1,done
2024-01-03T08:00:00Z,ETH/USDT:USDT,1,0,0,0,other pair
`;

describe.each(['honest', 'freqtrade'])('with %s fills', (fills) => {
  test('a signal acts at the opening of the candle after its own, both flags of a row at once', async () => {
    const found = await trades(CSV, 'signals.csv', '--fills', fills);
    // The honest venue fills what was decided at 10:05 a latency later, inside the candle that opens then.
    const near = (time: number) => (fills === 'honest' ? Math.floor(time / 300_000) * 300_000 : time);
    expect(found.map((t) => [t.side, near(t.openTime), near(t.closeTime), t.exitReason, t.entryTag])).toEqual([
      ['long', T('02T10:05'), T('02T12:05'), 'exit_signal', 'up'],
      ['short', T('02T12:05'), T('03T00:05'), fills === 'honest' ? 'exit_signal' : 'done', 'turn'],
    ]);
  });

  test('JSON says the same', async () => {
    const json = JSON.stringify({
      signals: [
        { time: T('02T10:00'), enter_long: true, enter_tag: 'up' },
        { time: T('02T12:00') / 1000, exit_long: 1, enter_short: 1, tag: 'turn' },
        { time: '2024-01-03 00:00', exit_short: true, exit_tag: 'done' },
      ],
    });
    const [a, b] = [
      await trades(json, 'signals.json', '--fills', fills),
      await trades(CSV, 'signals.csv', '--fills', fills),
    ];
    expect(a).toEqual(b);
  });
});

test.each([
  [[], /SIGNALS_FILE: SignalFile was given no file.*--param file=signals\.csv/],
  [['--param', 'file=/no/such.csv'], /SIGNALS_FILE: cannot read the signals \/no\/such\.csv/],
  [['--param', 'fiel=x.csv'], /PARAM_UNKNOWN: SignalFile has no parameter "fiel"/],
])('without a usable file (%j) it says what is missing', async (args, message) => {
  const { code, err } = await runCli([
    'backtest',
    '-s',
    'SignalFile',
    '--data',
    market,
    '-p',
    'BTC/USDT',
    '--userdir',
    temporary,
    ...args,
  ]);
  expect(code).toBe(1);
  expect(err).toMatch(message);
});

test('signals that meet no candle are an error, not an empty result', async () => {
  const path = join(temporary, 'late.csv');
  writeFileSync(path, 'time,enterLong\n2031-01-01,1\n');
  const { code, err } = await runCli([
    ...[
      'backtest',
      '-s',
      'SignalFile',
      '--param',
      `file=${path}`,
      '--data',
      market,
      '-p',
      'BTC/USDT',
      '--userdir',
      temporary,
    ],
  ]);
  expect(code).toBe(1);
  expect(err).toMatch(/SIGNALS_UNUSED: no row of the signals fell on a candle of the run/);
});
