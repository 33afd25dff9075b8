import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExactSum } from './exact-sum.ts';

it('keeps what plain sums lose', () => {
  const sum = new ExactSum();
  for (const x of [1, 1e100, 1, -1e100]) sum.add(x);
  expect(sum.value).toBe(2);
  sum.set(5);
  expect(sum.value).toBe(5);
});

it('sums decimal cents like whole numbers, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 200 }), (cents) => {
      const sum = new ExactSum();
      for (const c of cents) sum.add(c / 100);
      const exact = cents.reduce((a, b) => a + b, 0) / 100;
      expect(Math.abs(sum.value - exact)).toBeLessThanOrEqual(1e-15 * 200 * 1e7);
    }),
  );
});
