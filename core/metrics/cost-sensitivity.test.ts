import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { costSensitivity } from './cost-sensitivity.ts';
import { tradeColumns } from './trade-measures.ts';

const { trades } = sampleRun({ candles: 2000 });
const profit = trades.reduce((sum, t) => sum + t.profitAbs, 0);
const fees = trades.reduce((sum, t) => sum + t.fees, 0);
const costs = costSensitivity(tradeColumns(trades), 10_000);
const at = (feeMultiple: number, slippageBps: number) =>
  costs.cases.find((c) => c.feeMultiple === feeMultiple && c.slippageBps === slippageBps)!;

it('leaves the profit as it was at the costs that were paid', () => {
  expect(at(1, 0).profitAbs).toBeCloseTo(profit, 9);
});

it('adds fees and slippage trade by trade', () => {
  expect(at(0, 0).profitAbs).toBeCloseTo(profit + fees, 9);
  expect(at(3, 0).profitAbs).toBeCloseTo(profit - 2 * fees, 9);
  // Fees here are 5 bps per side, so 5 bps of slippage cost as much as the fees.
  expect(at(1, 5).profitAbs).toBeCloseTo(at(2, 0).profitAbs, 9);
  expect(at(1, 10).winRate).toBeLessThanOrEqual(at(1, 0).winRate);
});

it('finds the slippage that eats the profit', () => {
  const [even] = costSensitivity(tradeColumns(trades), 10_000, {
    feeMultiples: [1],
    slippageBps: [costs.breakEvenBps],
  }).cases;
  expect(even!.profitAbs).toBeCloseTo(0, 8);
});

it('is undefined, not infinite, without trades', () => {
  const none = costSensitivity(tradeColumns([]), 10_000);
  expect(none.breakEvenBps).toBeNaN();
  expect(none.cases[0]!.winRate).toBeNaN();
});
