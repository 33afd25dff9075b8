import { Instrument } from 'tidegate';
import { testContext, testIntent, testSpec } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

describe('risk-based', () => {
  it('loses the stated fraction at the stop, fees included', () => {
    // 21447.19 × 0.02 / (|81.914 − 78.794| + 0.0004 × (81.914 + 78.794)) = 134.706548714 units.
    const instrument = new Instrument(testSpec({ takerFee: 0.0004 }));
    const module = plugin.create({
      riskFraction: 0.02,
      stopDistance: (81.914 - 78.794) / 81.914,
      includesLeverage: false,
      maxLeverage: 1,
    });
    const context = testContext({ account: { equity: 21447.19, free: 21447.19, openPositions: 0 } });
    const stake = module.stake(testIntent({ rate: 81.914, instrument }), context);
    expect(stake / 81.914).toBeCloseTo(134.706548714, 8);
  });

  it('reads a stop that includes leverage as a distance of the stake', () => {
    const instrument = new Instrument(testSpec({ takerFee: 0 }));
    const module = plugin.create({ riskFraction: 0.01, stopDistance: 0.1, includesLeverage: true, maxLeverage: 1 });
    // A stop at a tenth of the stake: 1 % of 1,000 is lost with a stake of 100, whatever the leverage.
    for (const leverage of [1, 5])
      for (const side of ['long', 'short'] as const)
        expect(module.stake(testIntent({ leverage, instrument, side }), testContext())).toBeCloseTo(100, 9);
  });

  it('caps the notional', () => {
    const module = plugin.create({ riskFraction: 0.5, stopDistance: 0.01, includesLeverage: true, maxLeverage: 1 });
    expect(module.stake(testIntent(), testContext())).toBe(1000);
  });
});
