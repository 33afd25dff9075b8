import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { holdingTimes } from './holding-times.ts';
import { tradeColumns } from './trade-measures.ts';

it('separates wins from losses', () => {
  const [trade] = sampleRun({ candles: 500 }).trades;
  const held = (minutes: number, profitAbs: number) => ({ ...trade!, openTime: 0, closeTime: minutes, profitAbs });
  const times = holdingTimes(tradeColumns([held(10, 5), held(20, 5), held(60, -1)]));
  expect(times).toEqual({ average: 30, median: 20, shortest: 10, longest: 60, averageWin: 15, averageLoss: 60 });
  expect(holdingTimes(tradeColumns([])).longest).toBeNaN();
});
