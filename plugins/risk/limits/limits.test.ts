import { testContext, testIntent, testPosition } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const verdict = (given: Record<string, unknown>, stake = 100, leverage = 1, side: 'long' | 'short' = 'long') =>
  plugin.create(plugin.options.parse(given)).review(
    testIntent({ leverage, side }),
    stake,
    testContext({
      account: { equity: 1000, free: 800, openPositions: 2 },
      openPositions: [testPosition(), testPosition({ pair: 'ETH/USDT:USDT', amount: 2 })],
    }),
  );

describe('limits', () => {
  it('allows everything without options', () => {
    expect(verdict({})).toEqual({ verdict: 'allow' });
  });

  it('denies by counts and leverage', () => {
    expect(verdict({ maxOpen: 2 })).toEqual({ verdict: 'deny', reason: 'limit_open_positions' });
    expect(verdict({ maxSameSide: 2 })).toEqual({ verdict: 'deny', reason: 'limit_same_side' });
    expect(verdict({ maxSameSide: 2 }, 100, 1, 'short')).toEqual({ verdict: 'allow' });
    expect(verdict({ maxPerPair: 1 })).toEqual({ verdict: 'deny', reason: 'limit_per_pair' });
    expect(verdict({ maxLeverage: 3 }, 100, 4)).toEqual({ verdict: 'deny', reason: 'limit_leverage' });
  });

  it('shrinks to the notional that still fits, leverage included', () => {
    expect(verdict({ maxNotional: 200 }, 100, 4)).toEqual({ verdict: 'shrink', stake: 50, reason: 'limit_notional' });
    expect(verdict({ maxPairNotional: 150 })).toEqual({ verdict: 'shrink', stake: 50, reason: 'limit_pair_notional' });
    expect(verdict({ maxGrossExposure: 0.35 })).toEqual({
      verdict: 'shrink',
      stake: 50,
      reason: 'limit_gross_exposure',
    });
  });

  it('denies when what fits is nothing, or too little to be worth it', () => {
    expect(verdict({ maxGrossExposure: 0.3 })).toEqual({ verdict: 'deny', reason: 'limit_gross_exposure' });
    expect(verdict({ maxPairNotional: 150, minStake: 60 })).toEqual({ verdict: 'deny', reason: 'limit_pair_notional' });
  });
});
