import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maxDrawdown } from './max-drawdown.ts';

it('finds depth and length', () => {
  expect(maxDrawdown([110, 99, 104.5, 121, 60.5, 70, 80], 100)).toMatchObject({ max: -0.5, longestPoints: 3 });
});

it('counts the start value as a peak', () => {
  const d = maxDrawdown([90, 95], 100);
  expect(d.max).toBeCloseTo(-0.1, 15);
  expect(d.ulcerIndex).toBeCloseTo(Math.sqrt((100 + 25) / 2), 12);
});

it('is zero for a curve that never falls and undefined for none', () => {
  expect(maxDrawdown([1, 1, 2], 1)).toMatchObject({ max: 0, longestPoints: 0, ulcerIndex: 0 });
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

it('says of a curve of many blocks what each of its points says', () => {
  const curve = Array.from({ length: 3000 }, (_, i) =>
    i === 2999 ? 2000 : 1000 + Math.round(300 * Math.sin(i / 700) + 40 * Math.sin(i * 1.7)),
  );
  let peak = 1000;
  const depths = curve.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
  const d = maxDrawdown(curve, 1000);
  expect(d.max).toBe(Math.min(...depths));
  const runs = depths.map((depth) => (depth < 0 ? 'x' : ' ')).join('');
  expect(d.longestPoints).toBe(Math.max(...runs.split(' ').map((run) => run.length)));
  expect(d.ulcerIndex).toBeCloseTo(100 * Math.sqrt(depths.reduce((sum, x) => sum + x * x, 0) / 3000), 10);
});
