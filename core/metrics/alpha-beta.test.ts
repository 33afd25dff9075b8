import { expect, it } from 'vitest';
import { alphaBeta } from './alpha-beta.ts';

const benchmark = [0.01, -0.02, 0.03, 0.005];

it('recovers the line that made the returns', () => {
  const line = alphaBeta(
    benchmark.map((r) => 0.001 + 2 * r),
    benchmark,
    { periodsPerYear: 12 },
  );
  expect(line.beta).toBeCloseTo(2, 12);
  expect(line.alphaPerPeriod).toBeCloseTo(0.001, 14);
  expect(line.alpha).toBeCloseTo(1.001 ** 12 - 1, 12);
});

it('is neutral towards itself', () => {
  const self = alphaBeta(benchmark, benchmark, { periodsPerYear: 365, riskFreePerPeriod: 0.0001 });
  expect(self.beta).toBeCloseTo(1, 14);
  expect(self.alpha).toBeCloseTo(0, 12);
  expect(self.informationRatioPerPeriod).toBeNaN();
});

it('is undefined against a benchmark that stands still', () => {
  expect(alphaBeta([0.1, 0.2], [0, 0], { periodsPerYear: 365 }).beta).toBeNaN();
});
