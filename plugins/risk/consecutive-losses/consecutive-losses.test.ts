import { type PastTrade, testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const MINUTE = 60_000;
const trades = (...ratios: number[]): PastTrade[] =>
  ratios.map((profitRatio, i) => ({
    pair: i % 2 === 0 ? 'BTC/USDT:USDT' : 'ETH/USDT:USDT',
    profitRatio,
    profitAbs: 0,
    exitReason: 'exit_signal',
    closeTime: i * MINUTE,
  }));
const options = plugin.options.parse({ losses: 3, durationMinutes: 10 });
const verdict = (past: PastTrade[], minute: number, onlyPerPair = false) =>
  plugin
    .create({ ...options, onlyPerPair })
    .review(testIntent({ time: minute * MINUTE }), 100, testContext({ trades: past })).verdict;

describe('consecutive-losses', () => {
  it('locks after three losers in a row, for the duration', () => {
    expect(verdict(trades(-1, -1, -1), 2)).toBe('deny');
    expect(verdict(trades(-1, -1, -1), 11)).toBe('deny');
    expect(verdict(trades(-1, -1, -1), 12)).toBe('allow');
  });

  it('starts anew after a winner', () => {
    expect(verdict(trades(-1, -1, 0, -1), 4)).toBe('allow');
  });

  it('counts pairs alone where asked', () => {
    expect(verdict(trades(-1, -1, -1), 3, true)).toBe('allow');
    expect(verdict(trades(-1, 1, -1, 1, -1), 5, true)).toBe('deny');
  });
});
