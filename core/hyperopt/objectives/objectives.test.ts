import { describe, expect, it } from 'vitest';
import type { ClosedTrade } from '../../domain/trade.ts';
import { NO_TRADES_LOSS, type ObjectiveInput } from './objective-input.ts';
import { OBJECTIVES, objectiveByName } from './objectives.ts';

const DAY = 86_400_000;
const run = (equity: readonly number[], profits: readonly number[] = [1]): ObjectiveInput => ({
  startingBalance: 1000,
  equity: { time: Float64Array.from(equity, (_, i) => (i + 1) * DAY), equity: Float64Array.from(equity) },
  trades: profits.map((profitAbs, i) => ({
    pair: i % 2 === 0 ? 'A' : 'B',
    openTime: i * DAY,
    closeTime: (i + 1) * DAY,
    profitAbs,
    profitRatio: profitAbs / 100,
  })) as unknown as ClosedTrade[],
});

describe('objectives', () => {
  it("are Freqtrade's twelve by name", () => {
    expect(Object.keys(OBJECTIVES)).toHaveLength(12);
    expect(() => objectiveByName('SharpHyperOptLoss')).toThrow('Did you mean "SharpeHyperOptLoss"?');
  });

  it.each(Object.keys(OBJECTIVES))(
    '%s: no trades is the worst, more profit at equal risk is better, always finite',
    (name) => {
      const loss = objectiveByName(name);
      expect(loss(run([1000, 1000], []))).toBe(NO_TRADES_LOSS);
      const good = loss(run([1010, 1005, 1030, 1060], [10, -5, 25, 30]));
      const bad = loss(run([990, 1002, 980, 960], [-10, 12, -22, -20]));
      expect(Number.isFinite(good) && Number.isFinite(bad)).toBe(true);
      expect(good).toBeLessThan(bad);
      expect(Number.isFinite(loss(run([1000], [0])))).toBe(true);
    },
  );

  it('ratios count idle days and open positions', () => {
    const returns = [0.01, 0, -0.005, 0.02];
    const mean = 0.025 / 4;
    const deviation = Math.sqrt(returns.reduce((s, r) => s + (r - mean) ** 2, 0) / 3);
    const equity = returns.map((_, i) => returns.slice(0, i + 1).reduce((e, r) => e * (1 + r), 1000));
    expect(OBJECTIVES.SharpeHyperOptLoss!(run(equity))).toBeCloseTo((-mean / deviation) * Math.sqrt(365), 9);
    const downside = Math.sqrt(0.005 ** 2 / 4);
    expect(OBJECTIVES.SortinoHyperOptLoss!(run(equity))).toBeCloseTo((-mean / downside) * Math.sqrt(365), 9);
  });

  it('drawdown objectives see losses that were never closed', () => {
    const loss = OBJECTIVES.MaxDrawDownHyperOptLoss!;
    expect(loss(run([900, 1100]))).toBeCloseTo(-100 / 100, 12);
    expect(loss(run([1050, 1100]))).toBe(-100);
  });

  it('a losing run is never better for a deeper drawdown', () => {
    for (const name of ['ProfitDrawDownHyperOptLoss', 'MaxDrawDownRelativeHyperOptLoss', 'MultiMetricHyperOptLoss']) {
      const loss = objectiveByName(name);
      expect(loss(run([950, 900], [-100])), name).toBeLessThan(loss(run([500, 900], [-100])));
    }
  });

  it('the worst pair decides the per-pair objective', () => {
    const loss = OBJECTIVES.MaxDrawDownPerPairHyperOptLoss!;
    expect(loss(run([1000], [100, -10, 100, 5]))).toBeCloseTo(-(-5 / 10 - 20), 12);
  });
});
