import { expect, it } from 'vitest';
import { annualGrowth, cagr, totalReturn } from './growth.ts';

it('compounds returns', () => {
  expect(totalReturn([0.1, 0.1])).toBeCloseTo(0.21, 14);
  expect(totalReturn([])).toBe(0);
});

it('scales growth to a year', () => {
  expect(cagr([0.1, 0.1], 4)).toBeCloseTo(1.21 ** 2 - 1, 14);
  expect(annualGrowth(100, 121, 2 * 365 * 86_400_000)).toBeCloseTo(0.1, 14);
});

it('is undefined for no returns, less than a day, or after losing more than everything', () => {
  expect(cagr([], 365)).toBeNaN();
  expect(annualGrowth(100, 101, 3_600_000)).toBeNaN();
  expect(annualGrowth(100, -1, 30 * 86_400_000)).toBeNaN();
  expect(cagr([-1], 365)).toBe(-1);
});
