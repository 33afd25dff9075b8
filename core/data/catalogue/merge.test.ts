import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ColumnSet } from '../store/column-set.ts';
import { mergeRows } from './merge.ts';

const FINISHED = { unfinishedFrom: Number.POSITIVE_INFINITY, overwrite: false };
const set = (times: readonly number[], value: number): ColumnSet => ({
  length: times.length,
  columns: { time: Float64Array.from(times), rate: new Float64Array(times.length).fill(value) },
});
const times = () => fc.uniqueArray(fc.nat(50), { maxLength: 20 }).map((xs) => xs.toSorted((a, b) => a - b));

it('holds the union of the times, sorted, stored values winning', () => {
  fc.assert(
    fc.property(times(), times(), (a, b) => {
      const merged = mergeRows('funding', set(a, 1), set(b, 2), FINISHED);
      const union = [...new Set([...a, ...b])].sort((x, y) => x - y);
      expect(Array.from(merged.set.columns.time!)).toEqual(union);
      expect(Array.from(merged.set.columns.rate!)).toEqual(union.map((t) => (a.includes(t) ? 1 : 2)));
      expect(merged.report.added).toBe(union.length - a.length);
    }),
  );
});

it('does not depend on how the newer rows are cut', () => {
  fc.assert(
    fc.property(times(), times(), fc.nat(20), (a, b, cut) => {
      const whole = mergeRows('funding', set(a, 1), set(b, 2), FINISHED).set;
      const half = mergeRows('funding', set(a, 1), set(b.slice(0, cut), 2), FINISHED).set;
      expect(mergeRows('funding', half, set(b.slice(cut), 2), FINISHED).set).toEqual(whole);
    }),
  );
});

it('lets newer trades stand for their whole span', () => {
  const trades = (ts: readonly number[], price: number): ColumnSet => ({
    length: ts.length,
    columns: { time: Float64Array.from(ts), price: new Float64Array(ts.length).fill(price) },
  });
  const merged = mergeRows('trades', trades([1, 2, 2, 3, 9], 1), trades([2, 2, 2, 4], 5), FINISHED);
  expect(Array.from(merged.set.columns.time!)).toEqual([1, 2, 2, 2, 4, 9]);
  expect(merged.report).toEqual({ added: 1, replaced: 3, ignored: 0, removed: 0 });
});
