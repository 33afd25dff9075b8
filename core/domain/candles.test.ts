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

it('finds the first row that is not before a value, in columns that lie evenly and in others', () => {
  const near = [-1, -0.5, 0, 0.5, 1];
  fc.assert(
    fc.property(
      fc.array(fc.nat(4), { minLength: 100, maxLength: 300 }),
      fc.boolean(),
      fc.nat(300),
      fc.constantFrom(...near),
      (gaps, isEven, row, off) => {
        let at = 1.7e12;
        const column = Float64Array.from(gaps, (gap) => (at += isEven ? 60_000 : gap * 60_000));
        const value = (column[row] ?? at) + off;
        const found = column.findIndex((x) => x >= value);
        expect(lowerBound(column, value)).toBe(found < 0 ? column.length : found);
        expect(lowerBound(column, value, 5, 95)).toBe(Math.min(95, Math.max(5, found < 0 ? 95 : found)));
      },
    ),
  );
});
