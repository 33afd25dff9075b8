import { expect, it } from 'vitest';
import { sqn } from './sqn.ts';

it('multiplies quality by the root of the number of trades, up to the cap', () => {
  expect(sqn([1, 3])).toBeCloseTo(2, 12);
  expect(sqn([1, 3, 1, 3], 2)).toBeCloseTo((Math.SQRT2 * 2) / Math.sqrt(4 / 3), 12);
});

it('is undefined for one trade or equal profits', () => {
  expect(sqn([5])).toBeNaN();
  expect(sqn([5, 5])).toBeNaN();
});
