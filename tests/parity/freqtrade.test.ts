import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { type Batch, type RunRows, runOurs, runTheirs } from './freqtrade/both.ts';
import { drawCase } from './freqtrade/case.ts';
import { drawMarket } from './freqtrade/market.ts';

const python = process.env.TIDEGATE_FREQTRADE;
const hasFreqtrade = python !== undefined && spawnSync(python, ['-c', 'import freqtrade']).status === 0;
if (!hasFreqtrade)
  process.stdout.write('freqtrade parity skipped: set TIDEGATE_FREQTRADE to a Python with freqtrade\n');

/** How many markets, two runs on each, and the number of the first; every sixth is long. */
const MARKETS = Number(process.env.TIDEGATE_FREQTRADE_MARKETS ?? 6);
const FIRST = Number(process.env.TIDEGATE_FREQTRADE_FIRST ?? 0);

function drawBatch(number: number): Batch {
  const rng = seeded(`freqtrade ${number}`);
  const isLong = number % 6 === 5;
  const days = isLong ? 8 : 3;
  const market = drawMarket(rng.fork('market'), rng.next() < 0.6, days);
  return { market, cases: [0, 1].map((k) => drawCase(rng.fork(k), market, days, isLong)) };
}

/** Both engines round profits to 8 decimals; stakes and lowest and highest rates of theirs are printed with as many. */
function expectSame(got: unknown, wanted: unknown, place: string): void {
  if (typeof wanted === 'number' && typeof got === 'number' && !Object.is(got, wanted)) {
    expect(Math.abs(got - wanted), `${place}: ${got}, not ${wanted}`).toBeLessThan(1.01e-8);
  } else if (wanted !== null && typeof wanted === 'object') {
    expect(Object.keys(got as object).sort(), place).toEqual(Object.keys(wanted).sort());
    for (const [key, value] of Object.entries(wanted))
      expectSame((got as Record<string, unknown>)[key], value, `${place}.${key}`);
  } else expect(got, place).toBe(wanted);
}

/** What both have of Freqtrade's metrics, to 1e-8 of each: sums over trades whose profits are rounded to 8 decimals. */
function expectSameMetrics(got: RunRows['metrics'], wanted: RunRows['metrics'], place: string): void {
  const names = Object.keys(got).filter((name) => name in wanted);
  expect(names.length, place).toBeGreaterThan(45);
  for (const name of names)
    expect(got[name], `${place}: ${name}`).toSatisfy((value: number) =>
      wanted[name] === null
        ? !Number.isFinite(value)
        : Math.abs(value - wanted[name]!) <= 2e-8 * Math.max(1, Math.abs(wanted[name]!)),
    );
}

/** A trade that left by `adjustPosition` on the candle of its entry has no lowest and highest rate in Freqtrade. */
function withoutUnknownRates(ours: RunRows, theirs: RunRows): RunRows {
  const isUnknown = (k: number) => theirs.trades[k]?.minRate === null;
  return { ...ours, trades: ours.trades.map((t, k) => (isUnknown(k) ? { ...t, minRate: null, maxRate: null } : t)) };
}

describe.skipIf(!hasFreqtrade)('the freqtrade profile against Freqtrade itself', () => {
  it(`random strategies on ${MARKETS} random markets have the same trades`, { timeout: 3_600_000 }, async () => {
    const batches = Array.from({ length: MARKETS }, (_, k) => drawBatch(FIRST + k));
    const theirs = runTheirs(python!, batches);
    let trades = 0;
    for (const [m, { market, cases }] of batches.entries())
      for (const [k, of] of cases.entries()) {
        const wanted = theirs[m * cases.length + k]!;
        const place = `market ${FIRST + m} case ${k} ${JSON.stringify(of)}`;
        const { metrics, ...got } = withoutUnknownRates(await runOurs(market, of), wanted);
        const { metrics: report, ...rows } = wanted;
        expectSame(got, rows, place);
        expectSameMetrics(metrics, report, place);
        trades += wanted.trades.length;
      }
    process.stdout.write(`freqtrade: ${theirs.length} runs, ${trades} trades the same\n`);
    expect(trades).toBeGreaterThan(MARKETS * 20);
  });
});
