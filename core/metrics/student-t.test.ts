import { expect, it } from 'vitest';
import { studentTwoSided } from './student-t.ts';

it('has the closed forms for one and two degrees of freedom', () => {
  expect(studentTwoSided(1, 1)).toBeCloseTo(0.5, 13); // Cauchy
  expect(studentTwoSided(3, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(3), 13);
  expect(studentTwoSided(2, 2)).toBeCloseTo(1 - 2 / Math.sqrt(2 + 4), 13);
});

it('agrees with the table at five per cent', () => {
  expect(studentTwoSided(2.228138851986274, 10)).toBeCloseTo(0.05, 12);
  expect(studentTwoSided(-1.9839715185235556, 100)).toBeCloseTo(0.05, 12);
  expect(studentTwoSided(0, 7)).toBe(1);
});

it('is undefined without a degree of freedom', () => {
  expect(studentTwoSided(1, 0)).toBeNaN();
  expect(studentTwoSided(Number.NaN, 5)).toBeNaN();
});
