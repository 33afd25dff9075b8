import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import type { RunResult } from '../domain/run-result.ts';
import { summarize } from './summarize.ts';

const run = sampleRun();
const summary = summarize(run);
const DAY_MS = 86_400_000;

it('agrees with the account: trades add up to the change of the balance, groups and months to the trades', () => {
  expect(summary.trades.netProfit).toBeCloseTo(run.finalBalance - 10_000, 6);
  expect(summary.account.totalReturn).toBeCloseTo(run.finalBalance / 10_000 - 1, 12);
  for (const groups of Object.values(summary.by)) {
    expect(groups.reduce((sum, g) => sum + g.profitAbs, 0)).toBeCloseTo(summary.trades.netProfit, 6);
    expect(groups.reduce((sum, g) => sum + g.trades, 0)).toBe(run.trades.length);
  }
  for (const list of Object.values(summary.periods)) {
    expect(list.reduce((sum, p) => sum + p.change, 0)).toBeCloseTo(summary.trades.netProfit, 6);
    expect(list.reduce((product, p) => product * (1 + p.accountReturn), 1) - 1).toBeCloseTo(
      summary.account.totalReturn,
      9,
    );
    expect(list.reduce((sum, p) => sum + p.trades, 0)).toBe(run.trades.length);
  }
  expect(summary.periods.day).toHaveLength(200);
  expect(summary.confidence.days).toBe(200);
});

it('measures buy-and-hold with the same rules', () => {
  const held: RunResult = { ...run, equity: { ...run.equity, equity: run.equity.buyAndHold } };
  const twin = summarize(held);
  expect(twin.account).toEqual(summary.buyAndHold);
  expect(twin.beta).toBeCloseTo(1, 12);
  expect(twin.alpha).toBeCloseTo(0, 9);
});

it('orders trades by closing time before it counts streaks', () => {
  const shuffled = summarize({ ...run, trades: run.trades.toReversed() });
  expect(shuffled.trades.maxConsecutiveLosses).toBe(summary.trades.maxConsecutiveLosses);
});

it('takes times of the deepest fall and the longest one from the curve', () => {
  const start = run.inputs.from;
  const equity = Float64Array.of(110, 100, 99, 120, 60, 60, 120);
  const time = equity.map((_, i) => start + (i + 1) * DAY_MS);
  const small = summarize({
    ...run,
    trades: [],
    inputs: { ...run.inputs, startingBalance: 100 },
    equity: { time, equity, buyAndHold: equity, exposure: equity.map(() => 0) },
  });
  expect(small.account.maxDrawdown).toBe(-0.5);
  expect(small.account.maxDrawdownFrom).toBe(start + 4 * DAY_MS);
  expect(small.account.maxDrawdownTo).toBe(start + 5 * DAY_MS);
  expect(small.account.longestDrawdownMs).toBe(2 * DAY_MS);
  expect(small.account.drawdowns.map((d) => d.from)).toEqual([start + 4 * DAY_MS, start + DAY_MS]);
  expect(small.account.cagr).toBeCloseTo(1.2 ** (365 / 7) - 1, 9);
});

it('measures an account that has lost everything by the way down', () => {
  const time = Float64Array.of(1, 2, 3, 4).map((day) => run.inputs.from + day * DAY_MS);
  const equity = Float64Array.of(9000, 0, 0, 0);
  const bust = summarize({ ...run, trades: [], equity: { time, equity, buyAndHold: equity, exposure: equity } });
  expect(bust.account).toMatchObject({ totalReturn: -1, cagr: -1, worstDay: -1, losingDays: 2, var95: -0.865 });
  expect(bust.account.sharpe).toBeCloseTo((-1.1 / 4 / Math.sqrt((0.01 + 1 - 1.21 / 4) / 3)) * Math.sqrt(365), 10);
  expect(bust.periods.day.map((d) => Math.round(d.accountReturn * 10) / 10)).toEqual([-0.1, -1, 0, 0]);
});

it('gives NaN and no exception for a run without trades or candles', () => {
  const none = new Float64Array();
  const empty = summarize({
    ...run,
    trades: [],
    equity: { time: none, equity: none, buyAndHold: none, exposure: none },
  });
  expect(empty.account.sharpe).toBeNaN();
  expect(empty.trades.winRate).toBeNaN();
  expect(empty.account.totalReturn).toBe(0);
  expect(JSON.stringify(empty)).not.toContain('Infinity');
});

it('never gives an infinite number', () => {
  const flat = run.equity.equity.map(() => 10_000);
  const still = summarize({ ...run, equity: { ...run.equity, equity: flat, buyAndHold: flat } });
  const visit = (value: unknown): void => {
    if (typeof value === 'number') expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY);
    else if (value && typeof value === 'object') Object.values(value).forEach(visit);
  };
  visit(still);
  expect(still.account.sharpe).toBeNaN();
  expect(still.account.calmar).toBeNaN();
});

it('says that markets were closed, and that annual figures are those of trading days: with either number a year they are nearly the same', () => {
  const monday = Date.UTC(2024, 0, 1);
  const weeks = 52;
  const weekdays = Array.from({ length: weeks * 7 }, (_, day) => day).filter((day) => day % 7 < 5);
  const time = Float64Array.from(weekdays, (day) => monday + (day + 1) * DAY_MS);
  const equity = Float64Array.from(weekdays, (_, i) => 10_000 * (1 + 0.0005 * i + 0.01 * Math.sin(i)));
  const forex = {
    ...run,
    trades: [],
    inputs: { ...run.inputs, from: monday },
    equity: { time, equity, buyAndHold: equity, exposure: equity.map(() => 0) },
  };
  const calendar = summarize(forex);
  // The last weekend lies behind the last point.
  expect(calendar.conventions[1]).toContain('Markets were closed on 102 of 362 days');
  expect(calendar.conventions[1]).toContain('those of 262 trading days a year');
  const sessions = summarize(forex, { periodsPerYear: 262 });
  expect(sessions.confidence.days).toBe(260);
  expect(calendar.account.sharpe / sessions.account.sharpe).toBeCloseTo(1, 1);
  expect(calendar.account.annualVolatility / sessions.account.annualVolatility).toBeCloseTo(1, 1);
  for (const other of [sessions, summary]) expect(other.conventions.join()).not.toContain('Markets were closed');
});
