import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../core/runtime/check/finding.ts';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

const temporary = mkdtempSync(join(tmpdir(), 'check-'));
const market = join(temporary, 'market');
beforeAll(() => writeSmallMarket(market, 7));
afterAll(() => rmSync(temporary, { recursive: true }));

interface Report {
  readonly passed: boolean;
  readonly cuts: number;
  readonly findings: readonly Finding[];
}

async function check(strategy: string, ...more: string[]): Promise<Report & { readonly code: number | null }> {
  const prices = join(temporary, 'prices.csv');
  writeFileSync(prices, '1704067200000,42000\n');
  const args = ['check', '-s', strategy, '--data', market, '--userdir', temporary, '--cuts', '25', '--json', ...more];
  if (!more.includes('-p')) args.push('-p', 'BTC/USDT');
  const { code, out, err } = await runCli(args, { TRICK_PRICES: prices });
  expect(err).toBe('');
  return { code, ...(JSON.parse(out) as Report) };
}

/** What the check says of a trick; of one that several tests ask for, once. */
const ofTrick = new Map<string, ReturnType<typeof check>>();
function checkTrick(name: string): ReturnType<typeof check> {
  const known = ofTrick.get(name) ?? check(trick(name));
  ofTrick.set(name, known);
  return known;
}

const trick = (name: string) => fileURLToPath(new URL(`../fixtures/strategies/tricks/${name}.ts`, import.meta.url));

describe('check', () => {
  test.each([
    ['captured-arrays', 'look-ahead', /onCandle said/],
    ['first-pass-memory', 'look-ahead', /onCandle said/],
    ['kept-columns', 'look-ahead', /when it was mirrored/],
    ['seldom-peeking-kernel', 'look-ahead', /the feature "jump"/],
    ['leaking-stop', 'look-ahead', /customExit said "foresight"/],
    ['peeking-kernel', 'look-ahead', /the feature "centred-mean"/],
    ['negative-ago', 'look-ahead', /at\(-1\)/],
    ['repainting-kernel', 'repaint', /the feature "turning-point" delivered 0/],
    ['shared-closes', 'determinism', /in one run and .* in the next/],
    ['mutable-field', 'state', /the field "losers" changed/],
    ['private-field', 'state', /the private field "#entries"/],
    ['wall-clock', 'clock', /Date\.now\(\)/],
    ['wall-clock', 'clock', /Intl\.DateTimeFormat/],
    ['wall-clock', 'randomness', /Math\.random\(\)/],
    ['reads-the-data', 'outside data', /fs\.readFileSync\(\) on .*prices\.csv/],
    ['imported-data', 'outside data', /import on .*known-prices\.json/],
    ['imported-data', 'outside data', /process\.env/],
    ['short-memory', 'warm-up', /"BTC\/USDT: mean" is/],
  ] as const)('catches %s: %s', async (name, kind, what) => {
    const { code, passed, findings } = await checkTrick(name);
    expect({ code, passed }).toEqual({ code: 1, passed: false });
    expect(findings).toContainEqual(
      expect.objectContaining({ check: kind, severity: 'fail', what: expect.stringMatching(what) }),
    );
  });

  test('says how much history a feature needs', async () => {
    const { findings } = await checkTrick('short-memory');
    const [found] = findings.filter((f) => f.check === 'warm-up');
    const rows = Number(/startupCandles = (\d+)/.exec(found?.remedy ?? '')?.[1]);
    // (1 - 2/61)^n <= 1e-9 of its size at n = 622; a distance between start and mean of a few percent needs some hundred fewer.
    expect(rows).toBeGreaterThan(400);
    expect(rows).toBeLessThan(700);
  });

  test.each([
    ['EmaCross', 'BTC/USDT:USDT,ETH/USDT:USDT'],
    ['ChannelBreakout', 'BTC/USDT:USDT'],
    ['BandReversion', 'BTC/USDT'],
  ])('finds no fault in the built-in %s', async (name, pairs) => {
    expect(await check(name, '-p', pairs)).toMatchObject({ code: 0, passed: true, cuts: 25 });
  });

  test('notes a file that was named as a parameter, and holds it not against the strategy', async () => {
    const file = join(temporary, 'signals.csv');
    writeFileSync(file, 'time,enterLong,exitLong\n2024-01-03 10:00,1,0\n2024-01-03 12:00,0,1\n');
    const { code, findings } = await check('SignalFile', '--param', `file=${file}`);
    expect(code).toBe(0);
    expect(findings).toEqual([expect.objectContaining({ check: 'outside data', severity: 'warn' })]);
  });

  test('prints a line per proof, and the place of what is wrong', async () => {
    const { code, out } = await runCli([
      ...[
        'check',
        '-s',
        trick('mutable-field'),
        '--data',
        market,
        '-p',
        'BTC/USDT',
        '--userdir',
        temporary,
        '--cuts',
        '3',
      ],
    ]);
    expect(code).toBe(1);
    expect(out).toMatch(/^clean {2}look-ahead$/m);
    expect(out).toMatch(/^FAILED state\n {7}the field "losers" changed after onStart \(MutableField\)$/m);
    expect(out).toMatch(/Not to be trusted: state\.\n$/);
  });

  test('refuses a count that is none', async () => {
    const { code, err } = await runCli(['check', '-s', 'EmaCross', '--cuts', 'many']);
    expect(code).toBe(2);
    expect(err).toBe('USAGE_NUMBER: --cuts cannot be "many". Give a whole number from 1.\n');
  });
});
