import { type PastTrade, testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const MINUTE = 60_000;
const trades = (...profits: number[]): PastTrade[] =>
  profits.map((profitAbs, i) => ({
    pair: 'BTC/USDT:USDT',
    profitRatio: profitAbs / 100,
    profitAbs,
    exitReason: 'exit_signal',
    closeTime: i * MINUTE,
  }));
const verdict = (given: Record<string, unknown>, past: PastTrade[], minute: number, equity: number) =>
  plugin
    .create(plugin.options.parse(given))
    .review(
      testIntent({ time: minute * MINUTE }),
      100,
      testContext({ trades: past, account: { equity, free: equity, openPositions: 0 } }),
    ).verdict;

describe('max-drawdown', () => {
  it('stops entries while equity is too far below the peak of realised balance', () => {
    const past = trades(200, -100);
    expect(verdict({ maxDrawdown: 0.1 }, past, 2, 1100)).toBe('allow');
    expect(verdict({ maxDrawdown: 0.1 }, past, 2, 1079)).toBe('deny');
    expect(verdict({ maxDrawdown: 0.1 }, past, 2, 1080)).toBe('allow');
  });

  it('with a duration locks from the close that breached', () => {
    const given = { maxDrawdown: 0.1, durationMinutes: 5 };
    const past = trades(200, -150);
    expect(verdict(given, past, 5, 1050)).toBe('deny');
    expect(verdict(given, past, 6, 1050)).toBe('allow');
  });

  it('forgets peaks before the window', () => {
    const given = { maxDrawdown: 0.1, lookbackMinutes: 2 };
    const past = trades(500, -400, 0, 0, 0);
    expect(verdict(given, past, 1, 1100)).toBe('deny');
    expect(verdict(given, past, 5, 1100)).toBe('allow');
  });

  it('waits for enough trades', () => {
    expect(verdict({ maxDrawdown: 0.1, tradeLimit: 3 }, trades(200, -150), 2, 1050)).toBe('allow');
  });

  it('can reckon with the sum of profit ratios in the window instead', () => {
    const given = { maxDrawdown: 0.4, calculation: 'ratios', lookbackMinutes: 3 };
    expect(verdict(given, trades(50, -40), 2, 1)).toBe('allow');
    expect(verdict(given, trades(50, -41), 2, 1)).toBe('deny');
    expect(verdict(given, trades(50, -41), 3, 1)).toBe('deny');
    expect(verdict(given, trades(50, -41), 4, 1)).toBe('allow');
    expect(verdict(given, trades(50, -39, 0), 3, 1)).toBe('allow');
    expect(verdict({ ...given, durationMinutes: 5 }, trades(50, -41), 6, 1)).toBe('allow');
    expect(verdict({ ...given, durationMinutes: 5 }, trades(50, -41), 5, 1)).toBe('deny');
  });
});
