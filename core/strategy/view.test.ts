import { expect, it } from 'vitest';
import { column } from '../columns/column.ts';
import { crossedAbove, crossedBelow, View } from './view.ts';

const cursor = { row: -1 };
const view = (...values: number[]) => new View(column(Float64Array.from(values)), cursor);
const at = <T>(row: number, look: () => T): T => {
  cursor.row = row;
  return look();
};

it('shows now and before, and has no way to look ahead', () => {
  const v = view(1, 2, 3, 4);
  expect(at(2, () => [v.now, v.prev, v.at(0), v.at(2), v.at(3), +v])).toEqual([3, 2, 3, 1, Number.NaN, 3]);
  expect(at(0, () => v.prev)).toBeNaN();
  expect(at(2, () => [...v.last(2)])).toEqual([2, 3]);
  expect(at(1, () => [...v.last(9)])).toEqual([1, 2]);
  for (const ago of [-1, 0.5, Number.NaN]) expect(() => v.at(ago)).toThrow(RangeError);
});

it('hands out copies', () => {
  const v = view(1, 2);
  at(1, () => v.last(2).fill(9));
  expect(at(1, () => v.now)).toBe(2);
});

it('sees crossings from a touch on, and none with a NaN', () => {
  const a = view(1, 3, 1, Number.NaN, 3);
  const b = view(1, 2, 2, 2, 2);
  expect([1, 2, 3, 4].map((row) => at(row, () => crossedAbove(a, b)))).toEqual([true, false, false, false]);
  expect([1, 2, 3, 4].map((row) => at(row, () => crossedBelow(a, b)))).toEqual([false, true, false, false]);
  expect([1, 2, 3, 4].map((row) => at(row, () => crossedAbove(a, 2)))).toEqual([true, false, false, false]);
  expect([1, 2, 3, 4].map((row) => at(row, () => crossedBelow(a, 2)))).toEqual([false, true, false, false]);
});
