import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxDrawdown } from './max-drawdown.ts';

it('is the deepest fall below an earlier peak', () => {
  expect(maxDrawdown([110, 99, 104.5, 121, 60.5, 70, 80], 100)).toBe(-0.5);
});

it('counts the start value as a peak', () => {
  expect(maxDrawdown([90, 95], 100)).toBeCloseTo(-0.1, 15);
});

it('is zero for a curve that never falls, and for none', () => {
  expect(maxDrawdown([1, 1, 2], 1)).toBe(0);
  expect(maxDrawdown([], 1)).toBe(0);
});

it('is the smallest value of the series, and the same at any scale', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1 }), (curve) => {
      const max = maxDrawdown(curve, 500);
      const depths = curve.map((x, i) => x / Math.max(500, ...curve.slice(0, i + 1)) - 1);
      expect(max).toBe(Math.min(...depths, 0));
      expect(
        maxDrawdown(
          curve.map((x) => x * 8),
          4000,
        ),
      ).toBe(max);
    }),
  );
});
