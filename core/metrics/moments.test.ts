import fc from 'fast-check';
import { expect, it } from 'vitest';
import { moments, ratio } from './moments.ts';

it('computes the textbook sample', () => {
  const m = moments([2, 4, 4, 4, 5, 5, 7, 9]);
  expect(m.mean).toBe(5);
  expect(m.populationDeviation).toBe(2);
  expect(m.sampleDeviation).toBeCloseTo(Math.sqrt(32 / 7), 14);
  expect(m.skewness).toBeCloseTo(0.65625, 14);
  expect(m.kurtosis).toBeCloseTo(2.78125, 14);
});

it('sees no deviation in equal values, whatever the rounding of their mean', () => {
  const m = moments(new Array(10).fill(0.1));
  expect(m.sampleDeviation).toBe(0);
  expect(m.skewness).toBeNaN();
});

it('is undefined where there is too little data', () => {
  expect(moments([]).mean).toBeNaN();
  expect(moments([1]).sampleDeviation).toBeNaN();
  expect(ratio(1, 0)).toBeNaN();
  expect(ratio(0, 0)).toBeNaN();
});

it('keeps its shape when values are shifted and scaled', () => {
  const sample = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 50 });
  fc.assert(
    fc.property(sample, fc.integer({ min: 1, max: 9 }), (xs, scale) => {
      fc.pre(new Set(xs).size > 1);
      const a = moments(xs);
      const b = moments(xs.map((x) => 1000 + scale * x));
      expect(b.sampleDeviation).toBeCloseTo(scale * a.sampleDeviation, 6);
      expect(b.skewness).toBeCloseTo(a.skewness, 6);
    }),
  );
});
