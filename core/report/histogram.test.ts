import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawHistogram, histogram } from './histogram.ts';

it('counts every value once', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1 }), (values) => {
      expect(histogram(values).counts.reduce((a, b) => a + b, 0)).toBe(values.length);
    }),
  );
});

it('keeps gains and losses in different bins', () => {
  const { from, width, counts } = histogram([-3, -2, -1, -0.01, 0.01, 5, 6, 7], 8);
  const zero = Math.round(-from / width);
  expect(Math.abs(from + zero * width)).toBeLessThan(1e-12);
  expect(counts.slice(0, zero).reduce((a, b) => a + b, 0)).toBe(4);
});

it('takes values that differ by rounding only, or hardly at all', () => {
  for (const values of [
    [5, 5, 5],
    [0, 5e-324],
    [0.1 + 0.2, 0.3],
  ])
    expect(histogram(values).counts.reduce((a, b) => a + b, 0)).toBe(values.length);
});

it('draws nothing for nothing', () => {
  expect(drawHistogram([], { show: String, isSigned: true }).markup).toContain('Nothing to show');
});
