import { type PastTrade, testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

/** `wins` trades that win `payoff` per unit lost, then losses, of ten. */
function history(wins: number, payoff: number, loss = 0.02): PastTrade[] {
  return Array.from({ length: 20 }, (_, i) => {
    const profitRatio = i % 20 < wins ? payoff * loss : -loss;
    return { pair: 'BTC/USDT:USDT', profitRatio, profitAbs: 0, exitReason: 'roi', closeTime: i };
  });
}

const options = {
  part: 0.5,
  maxFraction: 1,
  trades: 100,
  minTrades: 10,
  fallback: 0.02,
  perPair: false,
  basis: 'stake',
} as const;
const stake = (
  trades: PastTrade[],
  changes: Partial<typeof options | { basis: 'loss'; maxFraction: number; perPair: boolean }> = {},
) => plugin.create({ ...options, ...changes }).stake(testIntent(), testContext({ trades }));

describe('kelly', () => {
  it('stakes half of p - (1 - p) / b', () => {
    expect(stake(history(11, 1))).toBeCloseTo(1000 * 0.5 * 0.1, 9);
    expect(stake(history(8, 2))).toBeCloseTo(1000 * 0.5 * 0.1, 9);
  });

  it('does not trade without an edge', () => {
    expect(stake(history(6, 1.5))).toBe(0);
    expect(stake(history(0, 1))).toBe(0);
  });

  it('takes the win rate where nothing was ever lost, and is capped', () => {
    expect(stake(history(20, 1))).toBe(500);
    expect(stake(history(20, 1), { maxFraction: 0.3 })).toBe(300);
  });

  it('falls back until there are enough trades, counted per pair where asked', () => {
    expect(stake(history(11, 1).slice(0, 9))).toBe(20);
    const others = history(11, 1).map((t) => ({ ...t, pair: 'ETH/USDT:USDT' }));
    expect(stake(others, { perPair: true })).toBe(20);
    expect(stake(others)).toBeCloseTo(50, 9);
  });

  it('on the basis of losses stakes what makes a mean loss cost the fraction', () => {
    expect(stake(history(11, 1, 0.2), { basis: 'loss' })).toBeCloseTo((1000 * 0.5 * 0.1) / 0.2, 9);
  });
});
