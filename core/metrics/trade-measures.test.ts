import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { tradeColumns, tradeMeasures } from './trade-measures.ts';

it('measures a short list by hand', () => {
  const m = tradeMeasures([10, 20, -10, 0, -5, -5, 30]);
  expect(m).toMatchObject({ trades: 7, wins: 3, losses: 3, breakeven: 1, maxConsecutiveWins: 2 });
  expect(m).toMatchObject({ maxConsecutiveLosses: 2, largestWin: 30, largestLoss: -10, netProfit: 40 });
  expect(m.profitFactor).toBe(3);
  expect(m.payoffRatio).toBeCloseTo(3, 14);
  expect(m.expectancy).toBeCloseTo(40 / 7, 14);
  expect(m.expectancyRatio).toBeCloseTo(4 * (3 / 7) - 1, 14);
});

it('leaves ratios undefined where there is nothing to divide by', () => {
  expect(tradeMeasures([1, 2]).profitFactor).toBeNaN();
  expect(tradeMeasures([-1]).averageWin).toBeNaN();
  const none = tradeMeasures([]);
  expect(none.netProfit).toBe(0);
  for (const value of [none.winRate, none.expectancy, none.sqn, none.largestWin, none.kelly]) expect(value).toBeNaN();
});

it('swaps wins and losses when every sign is turned', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 })), (profits) => {
      const a = tradeMeasures(profits);
      const b = tradeMeasures(profits.map((p) => -p));
      expect(b.wins).toBe(a.losses);
      expect(b.maxConsecutiveWins).toBe(a.maxConsecutiveLosses);
      expect(b.netProfit).toBeCloseTo(-a.netProfit, 10);
    }),
  );
});

it('reads every column from its own field', () => {
  const [trade] = sampleRun({ candles: 500 }).trades;
  const own = { openTime: 100, closeTime: 107, profitAbs: 1, profitRatio: 2, fees: 3, funding: 4, orders: [] };
  const columns = tradeColumns([{ ...trade!, ...own, amount: 5, openRate: 6, closeRate: 8 }]);
  expect(Object.entries(columns).map(([name, column]) => [name, ...column])).toEqual([
    ['profits', 1],
    ['ratios', 2],
    ['holding', 7],
    ['fees', 3],
    ['funding', 4],
    ['notionals', 70],
  ]);
});
