import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxDrawdown } from './max-drawdown.ts';

it('finds depth, place and length', () => {
  const d = maxDrawdown([110, 99, 104.5, 121, 60.5, 70, 80], 100);
  expect(d.max).toBe(-0.5);
  expect([d.peakIndex, d.troughIndex]).toEqual([3, 4]);
  expect([d.longestPoints, d.longestFrom, d.longestTo]).toEqual([3, 4, 6]);
});

it('counts the start value as a peak', () => {
  const d = maxDrawdown([90, 95], 100);
  expect(d.max).toBeCloseTo(-0.1, 15);
  expect(d.peakIndex).toBe(-1);
  expect(d.ulcerIndex).toBeCloseTo(Math.sqrt((100 + 25) / 2), 12);
});

it('is zero for a curve that never falls and undefined for none', () => {
  expect(maxDrawdown([1, 1, 2], 1)).toMatchObject({ max: 0, longestPoints: 0, troughIndex: -1, ulcerIndex: 0 });
  expect(maxDrawdown([], 1).max).toBeNaN();
});

it('is the smallest value of the series, and the same at any scale', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1 }), (curve) => {
      const d = maxDrawdown(curve, 500);
      expect(d.max).toBeCloseTo(
        Math.min(...curve.map((x, i) => x / Math.max(500, ...curve.slice(0, i + 1)) - 1), 0),
        14,
      );
      expect(
        maxDrawdown(
          curve.map((x) => x * 8),
          4000,
        ).max,
      ).toBe(d.max);
    }),
  );
});
