import { expect, it } from 'vitest';
import { omega } from './omega.ts';

it('weighs gains against losses', () => {
  expect(omega([0.03, -0.01, 0.01, -0.01])).toBeCloseTo(2, 12);
  expect(omega([0.03, -0.01], 0.01)).toBeCloseTo(1, 12);
});

it('is undefined without losses', () => {
  expect(omega([0.01, 0])).toBeNaN();
  expect(omega([])).toBeNaN();
});
