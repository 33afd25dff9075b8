import { describe, expect, it } from 'vitest';
import { liquidationPrice, tierOf } from './liquidation.ts';
import { grid } from './rounding.ts';
import { CALM, hourOf, type Prices, pairOf, runFixture, settingsOf, wideLimits } from './run-fixture.ts';
import { tradeState } from './trade-state.ts';

const tiers = [
  { minNotional: 0, maxNotional: 5000, maintenanceMarginRate: 0.01, maxLeverage: 50, maintenanceAmount: 0 },
  { minNotional: 5000, maxNotional: 50_000, maintenanceMarginRate: 0.02, maxLeverage: 20, maintenanceAmount: 50 },
];

function position(direction: 1 | -1, stake: number, leverage: number) {
  const order = { isEntry: true, created: 0, price: 100, amount: (stake * leverage) / 100, tag: null };
  const seed = { id: 1, pair: 'A', slot: 0, openTime: 0, entryTag: null, tick: grid(0.01), fee: 0 };
  return Object.assign(tradeState({ ...seed, direction, leverage, stake, order }), { amount: order.amount });
}

describe('liquidation price', () => {
  it('lies a buffer of the distance before the plain price', () => {
    // long: (1000 - 10000) / (100·0.01 - 100) = 90.909…, + 5 % of 9.0909… = 91.3636…
    expect(liquidationPrice(position(1, 1000, 10), tiers, 0.05)).toBe(91.36);
    // short: (1000 + 10000) / (100·0.01 + 100) = 108.9108…, - 5 % of 8.9108… = 108.4653…
    expect(liquidationPrice(position(-1, 1000, 10), tiers, 0.05)).toBe(108.47);
  });

  it('takes its tier by the stake, not by the notional', () => {
    expect(tierOf(tiers, 4999)).toBe(tiers[0]);
    expect(tierOf(tiers, 5000)).toBe(tiers[1]);
    expect(liquidationPrice(position(1, 1000, 10), [tiers[0]!], 0)).toBe(
      liquidationPrice(position(1, 1000, 10), tiers, 0),
    );
  });

  it('is never below 0 and absent without tiers', () => {
    expect(liquidationPrice(position(1, 1000, 1), tiers, 0)).toBe(0);
    expect(liquidationPrice(position(1, 1000, 1), undefined, 0)).toBeNull();
  });
});

describe('a candle that reaches the liquidation price', () => {
  const run = (stoploss: number, crash: Prices) => {
    const prices: Prices[] = [CALM, CALM, crash, CALM];
    const pair = pairOf('A', prices, { 0: 'enterLong' }, { limits: { ...wideLimits, tiers } });
    return runFixture([pair], settingsOf({ market: 'futures', leverage: 10, stoploss })).trades[0]!;
  };

  it('liquidates at that price, or at the open when it lies wholly beyond', () => {
    const inside = run(-0.99, [100, 100, 90.5, 95]);
    expect([inside.exitReason, inside.closeRate, hourOf(inside.closeTime)]).toEqual(['liquidation', 91.36, 2]);
    const beyond = run(-0.99, [91, 91.2, 90.5, 91]);
    expect([beyond.exitReason, beyond.closeRate]).toEqual(['liquidation', 91]);
  });

  it('stops out when the stop is reached too, though the liquidation price lies before it', () => {
    const both = run(-0.95, [100, 100, 50, 60]);
    expect([both.exitReason, both.closeRate]).toEqual(['stop_loss', 90.5]);
  });
});
