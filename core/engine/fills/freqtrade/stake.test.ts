import { describe, expect, it } from 'vitest';
import { settingsOf, wideLimits } from './run-fixture.ts';
import { fitStake, maxLeverage, maxStake, minStake, proposedStake } from './stake.ts';

const tier = (minNotional: number, maxNotional: number, maxLeverage: number) => ({
  minNotional,
  maxNotional,
  maxLeverage,
  maintenanceMarginRate: 0.01,
  maintenanceAmount: 0,
});

describe('minStake', () => {
  it('keeps 5 % and, for a first entry, room for a 5 % loss', () => {
    const limits = { ...wideLimits, minCost: 100 };
    expect(minStake(limits, 10, 1, true)).toBeCloseTo((100 * 1.05) / 0.95, 12);
    expect(minStake(limits, 10, 1, false)).toBe(105);
    expect(minStake(limits, 10, 5, false)).toBe(21);
  });

  it('knows a smallest amount', () => {
    expect(minStake({ ...wideLimits, minAmount: 2, minCost: 1 }, 100, 1, true)).toBe(210);
  });
});

describe('fitStake', () => {
  it('raises a stake to the minimum by at most 30 %', () => {
    expect(fitStake(100, 130, 1000)).toBe(130);
    expect(fitStake(100, 131, 1000)).toBe(0);
  });

  it('cuts to the maximum and gives up where the minimum is above it', () => {
    expect(fitStake(2000, 10, 1000)).toBe(1000);
    expect(fitStake(2000, 1001, 1000)).toBe(0);
  });
});

describe('maxLeverage', () => {
  it('is that of the first tier that holds the stake at its leverage', () => {
    const tiers = [tier(0, 10_000, 75), tier(10_000, 50_000, 50), tier(50_000, 90_000, 5)];
    expect(maxLeverage(tiers, 133)).toBe(75);
    expect(maxLeverage(tiers, 134)).toBe(50);
    expect(maxLeverage(tiers, 1000)).toBe(50);
    expect(maxLeverage(tiers, 1001)).toBe(5);
    expect(maxLeverage(undefined, 1e9)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('maxStake', () => {
  it('is the notional of the last tier that allows the leverage', () => {
    const tiers = [tier(0, 1000, 50), tier(1000, 5000, 20), tier(5000, 9000, 5)];
    expect(maxStake(tiers, 20)).toBe(250);
    expect(maxStake(tiers, 1)).toBe(9000);
    expect(maxStake(tiers, 60)).toBe(0);
    expect(maxStake(undefined, 3)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('proposedStake', () => {
  it('shares the account out over its slots, capped at what is available', () => {
    const settings = settingsOf({ stakeAmount: 'unlimited', maxOpenTrades: 4 });
    expect(proposedStake(settings, 600, 600)).toBe(300);
    expect(proposedStake(settings, 100, 1100)).toBe(100);
  });

  it('skips a fixed stake above what is available', () => {
    expect(proposedStake(settingsOf({ stakeAmount: 500 }), 499.99, 0)).toBe(0);
    expect(proposedStake(settingsOf({ stakeAmount: 500 }), 500, 0)).toBe(500);
  });
});
