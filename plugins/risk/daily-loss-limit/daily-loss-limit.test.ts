import { type PastTrade, testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const trade = (closeTime: number, profitAbs: number): PastTrade => ({
  pair: 'BTC/USDT:USDT',
  profitRatio: profitAbs / 100,
  profitAbs,
  exitReason: 'exit_signal',
  closeTime,
});
const verdict = (given: Record<string, unknown>, past: PastTrade[], time: number, equity = 1000) =>
  plugin
    .create(plugin.options.parse(given))
    .review(
      testIntent({ time }),
      100,
      testContext({ trades: past, account: { equity, free: equity, openPositions: 0 } }),
    ).verdict;

describe('daily-loss-limit', () => {
  it('stops entries until midnight UTC once the day has lost its share', () => {
    const past = [trade(DAY + HOUR, -30), trade(DAY + 2 * HOUR, -20)];
    expect(verdict({ maxLoss: 0.05 }, past.slice(0, 1), DAY + 3 * HOUR)).toBe('allow');
    expect(verdict({ maxLoss: 0.05 }, past, DAY + 3 * HOUR)).toBe('deny');
    expect(verdict({ maxLoss: 0.05 }, past, 2 * DAY)).toBe('allow');
  });

  it('counts from the balance at the start of the day, and from the stated hour', () => {
    const past = [trade(HOUR, 1000), trade(DAY + HOUR, -60)];
    expect(verdict({ maxLoss: 0.05 }, past, DAY + 2 * HOUR)).toBe('allow');
    expect(verdict({ maxLoss: 0.05, maxLossAbs: 60 }, past, DAY + 2 * HOUR)).toBe('deny');
    expect(verdict({ maxLossAbs: 60, dayStartHourUtc: 2 }, past, DAY + 2 * HOUR)).toBe('allow');
  });

  it('counts open positions where asked', () => {
    expect(verdict({ maxLoss: 0.05, counts: 'equity' }, [], HOUR, 951)).toBe('allow');
    expect(verdict({ maxLoss: 0.05, counts: 'equity' }, [], HOUR, 950)).toBe('deny');
  });
});
