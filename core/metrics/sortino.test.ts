import { expect, it } from 'vitest';
import { downsideRisk, sortino } from './sortino.ts';

it('counts only losses as risk, averaged over all periods', () => {
  expect(downsideRisk([0.02, -0.02, 0.03, 0.01], { periodsPerYear: 1 })).toBeCloseTo(0.01, 15);
  expect(sortino([0.02, -0.02, 0.03, 0.01], { periodsPerYear: 4 })).toBeCloseTo(2, 12);
});

it('is undefined where nothing was lost', () => {
  expect(sortino([0.01, 0.02], { periodsPerYear: 365 })).toBeNaN();
  expect(sortino([], { periodsPerYear: 365 })).toBeNaN();
});
