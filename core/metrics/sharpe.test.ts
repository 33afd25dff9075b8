import { expect, it } from 'vitest';
import { annualVolatility, sharpe } from './sharpe.ts';

it('divides the mean excess return by the sample deviation and annualises', () => {
  expect(sharpe([0.01, 0.03], { periodsPerYear: 4 })).toBeCloseTo((0.02 / Math.sqrt(0.0002)) * 2, 12);
  expect(sharpe([0.01, 0.03], { periodsPerYear: 1, riskFreePerPeriod: 0.02 })).toBeCloseTo(0, 12);
  expect(annualVolatility([0.01, 0.03], 4)).toBeCloseTo(2 * Math.sqrt(0.0002), 15);
});

it('is undefined without deviation, never huge', () => {
  expect(sharpe([0.1, 0.1, 0.1], { periodsPerYear: 365 })).toBeNaN();
  expect(sharpe([0.01], { periodsPerYear: 365 })).toBeNaN();
  expect(sharpe([], { periodsPerYear: 365 })).toBeNaN();
});
