import { describe, expect, it } from 'vitest';
import { closeValue, exitProfit, openValueOf, profitRatio } from './money.ts';
import { grid } from './rounding.ts';
import { type TradeState, tradeState } from './trade-state.ts';

function held(direction: 1 | -1, fee: number, leverage: number, more: Partial<TradeState> = {}): TradeState {
  const order = { isEntry: true, created: 0, price: 100, amount: 2, tag: null };
  const seed = { id: 1, pair: 'A', slot: 0, openTime: 0, entryTag: null, tick: grid(0.01), stake: 200 / leverage };
  return Object.assign(tradeState({ ...seed, direction, fee, leverage, order }), {
    amount: 2,
    average: 100,
    openRate: 100,
    openValue: openValueOf(2, 100, direction, fee),
    ...more,
  });
}

describe('profit ratio', () => {
  it('counts fees on both sides and leverage', () => {
    expect(profitRatio(held(1, 0.001, 1), 110)).toBe(Math.round((109.89 / 100.1 - 1) * 1e8) / 1e8);
    expect(profitRatio(held(-1, 0.001, 3), 90)).toBe(Math.round((1 - 90.09 / 99.9) * 3e8) / 1e8);
  });

  it('counts funding, received as positive, for either side', () => {
    const funding = { fundingSeen: 10 };
    expect(closeValue(held(1, 0, 1, funding), 100)).toBe(210);
    expect(closeValue(held(-1, 0, 1, funding), 100)).toBe(190);
    expect(profitRatio(held(-1, 0, 1, funding), 100)).toBe(0.05);
  });

  it('is free of binary dust', () => {
    expect(1.1 * 100 - 110).not.toBe(0);
    expect(profitRatio(held(1, 0, 1), 101)).toBe(0.01);
  });
});

describe('profit of an exit', () => {
  it('is rounded to eight decimals, for shorts with the sign of the short', () => {
    expect(exitProfit(held(1, 0.001, 1), 1, 110, 0)).toBe(9.79);
    expect(exitProfit(held(-1, 0.001, 1), 1, 110, 0)).toBe(-10.21);
    expect(exitProfit(held(-1, 0.001, 1), 1, 110, 0.5)).toBe(-9.71);
  });

  it('is the difference of two exact values as doubles: a half of the last digit falls as that difference does', () => {
    const trade = held(1, 0, 1, { average: 0.1 });
    expect(exitProfit(trade, 0.3, 0.2, 0)).toBe(0.03);
    // 0.300000015 - 0.3 is a hair above 0.000000015.
    expect(exitProfit(trade, 3, 0.100000005, 0)).toBe(2e-8);
  });
});
