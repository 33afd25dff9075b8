import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalCdf, normalQuantile } from './normal.ts';

it('agrees with the published table of the normal distribution', () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 14);
  expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 14);
  expect(normalCdf(-6) / 9.865876450376981e-10).toBeCloseTo(1, 12);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  expect(normalQuantile(0.05)).toBeCloseTo(-1.644853626951473, 12);
});

it('is undefined outside the open unit interval', () => {
  expect(normalQuantile(0)).toBeNaN();
  expect(normalQuantile(1)).toBeNaN();
  expect(normalCdf(Number.NaN)).toBeNaN();
});

it('has a quantile that undoes the distribution', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
      expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-14);
    }),
  );
});
