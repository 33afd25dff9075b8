import { type PastTrade, testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const MINUTE = 60_000;
const trade = (minute: number, profitRatio: number, pair = 'BTC/USDT:USDT'): PastTrade => ({
  pair,
  profitRatio,
  profitAbs: 0,
  exitReason: 'roi',
  closeTime: minute * MINUTE,
});
const options = plugin.options.parse({ requiredProfit: 0.01, tradeLimit: 2, lookbackMinutes: 60, durationMinutes: 20 });
const verdict = (trades: PastTrade[], minute: number, pair = 'BTC/USDT:USDT') =>
  plugin.create(options).review(testIntent({ time: minute * MINUTE, pair }), 100, testContext({ trades })).verdict;

describe('low-profit-pairs', () => {
  it('locks a pair whose trades sum to less than required', () => {
    const trades = [trade(0, 0.02), trade(10, -0.015)];
    expect(verdict(trades, 10)).toBe('deny');
    expect(verdict(trades, 29)).toBe('deny');
    expect(verdict(trades, 30)).toBe('allow');
    expect(verdict(trades, 10, 'ETH/USDT:USDT')).toBe('allow');
  });

  it('lets enough profit, too few trades and old trades pass', () => {
    expect(verdict([trade(0, 0.02), trade(10, -0.005)], 10)).toBe('allow');
    expect(verdict([trade(0, -0.5)], 1)).toBe('allow');
    expect(verdict([trade(0, -0.5), trade(60, -0.5)], 60)).toBe('allow');
  });
});
