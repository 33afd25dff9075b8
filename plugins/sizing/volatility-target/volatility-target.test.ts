import { testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const options = { target: 0.15, volatility: {}, assumed: 0.6, trades: 50, minTrades: 4, maxLeverage: 2 };
const account = { equity: 84722.71, free: 84722.71, openPositions: 0 };
const stake = (
  changes: Partial<Omit<typeof options, 'volatility'>> & { volatility?: Record<string, number> },
  leverage = 1,
) =>
  plugin
    .create({ ...options, ...changes })
    .stake(testIntent({ leverage, time: 365 * 86_400_000 }), testContext({ account }));

describe('volatility-target', () => {
  it('weights by target over volatility', () => {
    expect(stake({ volatility: { 'BTC/USDT:USDT': 0.4452 } })).toBeCloseTo(84722.71 * 0.33692722372, 4);
    expect(stake({ volatility: { '*': 0.4452 } }, 3)).toBeCloseTo((84722.71 * 0.33692722372) / 3, 4);
  });

  it('caps the weight, and assumes a volatility where it knows none', () => {
    expect(stake({ volatility: { '*': 0.01 }, maxLeverage: 0.5 })).toBeCloseTo(84722.71 * 0.5, 6);
    expect(stake({})).toBeCloseTo(84722.71 * 0.25, 6);
  });

  it('estimates from the closed trades of the pair', () => {
    const trades = [0.01, -0.01, 0.01, -0.01].map((profitRatio, i) => ({
      pair: 'BTC/USDT:USDT',
      profitRatio,
      profitAbs: 0,
      exitReason: 'roi',
      closeTime: i * 86_400_000,
    }));
    const intent = testIntent({ time: 4 * 86_400_000 });
    const perTrade = Math.sqrt(0.0004 / 3);
    const got = plugin.create(options).stake(intent, testContext({ trades }));
    expect(got).toBeCloseTo((1000 * 0.15) / (perTrade * Math.sqrt(365)), 9);
  });
});
