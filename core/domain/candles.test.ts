import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lowerBound, nextAtLeast } from './candles.ts';

it('finds the same row near by as over the whole column', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.integer({ min: -1, max: 52 }), fc.nat(100), (numbers, value, back) => {
      const column = Float64Array.from(numbers).sort();
      const row = lowerBound(column, value);
      expect(nextAtLeast(column, value, Math.max(0, row - back))).toBe(row);
    }),
  );
});
