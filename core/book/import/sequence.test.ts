import { expect, it } from 'vitest';
import { Sequence } from './sequence.ts';

it('finds numbers that are there twice or missing, in whatever order they stand', () => {
  const sequence = new Sequence();
  sequence.restart(10);
  expect([11, 14, 12, 13, 12, 11, 15].map((n) => sequence.take(n))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    true,
  ]);
  expect(sequence.repeated).toBe(2);
  sequence.restart(1);
  expect([2, 5, 6, 9].map((n) => sequence.take(n))).toEqual([true, true, true, true]);
  expect([sequence.gaps, sequence.repeated]).toEqual([2, 2]);
});
