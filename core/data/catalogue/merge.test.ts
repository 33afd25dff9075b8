import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DataType } from '../../ports/market-data.ts';
import type { ColumnSet } from '../store/column-set.ts';
import { partOf } from '../store/part.ts';
import { type MergeOptions, mergeRows } from './merge.ts';

const FINISHED = { unfinishedFrom: Number.POSITIVE_INFINITY, overwrite: false };
const set = (times: readonly number[], value: number): ColumnSet => ({
  length: times.length,
  columns: { time: Float64Array.from(times), rate: new Float64Array(times.length).fill(value) },
});
const merge = (type: DataType, stored: ColumnSet, newer: ColumnSet, options: MergeOptions = FINISHED) =>
  mergeRows(type, partOf(stored, {}), newer, options);
const times = () => fc.uniqueArray(fc.nat(50), { maxLength: 20 }).map((xs) => xs.toSorted((a, b) => a - b));

it('holds the union of the times, sorted, stored values winning', () => {
  fc.assert(
    fc.property(times(), times(), (a, b) => {
      const merged = merge('funding', set(a, 1), set(b, 2));
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
      const whole = merge('funding', set(a, 1), set(b, 2)).set;
      const half = merge('funding', set(a, 1), set(b.slice(0, cut), 2)).set;
      expect(merge('funding', half, set(b.slice(cut), 2)).set).toEqual(whole);
    }),
  );
});

it('lets newer trades stand for their whole span', () => {
  const trades = (ts: readonly number[], price: number): ColumnSet => ({
    length: ts.length,
    columns: { time: Float64Array.from(ts), price: new Float64Array(ts.length).fill(price) },
  });
  const merged = merge('trades', trades([1, 2, 2, 3, 9], 1), trades([2, 2, 2, 4], 5));
  expect(Array.from(merged.set.columns.time!)).toEqual([1, 2, 2, 2, 4, 9]);
  expect(merged.report).toEqual({ added: 1, replaced: 3, ignored: 0, removed: 0 });
});

it('decides for each time that both have: the stored row stays, or goes where it was not finished or is to be overwritten', () => {
  const marked = fc.record({ mark: fc.nat(50), overwrite: fc.boolean() });
  const values = fc.array(fc.constantFrom(1, 2, 0, -0, Number.NaN), { minLength: 20, maxLength: 20 });
  const table = (ts: readonly number[], xs: readonly number[], extra: string): ColumnSet => ({
    length: ts.length,
    columns: {
      time: Float64Array.from(ts),
      rate: Float64Array.from(ts, (_, i) => xs[i]!),
      [extra]: Float64Array.from(ts, (t) => t),
    },
  });
  fc.assert(
    fc.property(times(), times(), values, values, marked, (a, b, xs, ys, { mark, overwrite }) => {
      const [stored, newer] = [table(a, xs, 'more'), table(b, ys, 'other')];
      const { set, report } = merge('funding', stored, newer, { unfinishedFrom: mark, overwrite });
      const rows = new Map(a.map((t, i) => [t, [xs[i]!, t, Number.NaN]]));
      const counts = { added: 0, replaced: 0, ignored: 0, removed: 0 };
      // Each has a column that the other lacks, so that rows of one time always differ.
      for (const [j, t] of b.entries()) {
        if (!rows.has(t)) counts.added++;
        else if (overwrite || t >= mark) counts.replaced++;
        else {
          counts.ignored++;
          continue;
        }
        rows.set(t, [ys[j]!, Number.NaN, t]);
      }
      expect(report).toEqual(counts);
      // With no rows on one side the others are taken as they are.
      if (a.length === 0 || b.length === 0) {
        expect(set).toEqual(a.length === 0 ? newer : stored);
        return;
      }
      const { time, rate, more, other } = set.columns;
      const expected = [...rows].sort(([x], [y]) => x - y);
      expect(Array.from(time!, (t, i) => [t, [rate![i], more![i], other![i]]])).toEqual(expected);
    }),
  );
});

it('takes rows that are the same, NaN and zeros of either sign among them, for stored already', () => {
  const rows = (zero: number): ColumnSet => ({
    length: 3,
    columns: { time: Float64Array.of(1, 2, 3), rate: Float64Array.of(zero, Number.NaN, 5) },
  });
  const { set, report } = merge('funding', rows(0), rows(-0), { unfinishedFrom: 0, overwrite: true });
  expect(report).toEqual({ added: 0, replaced: 0, ignored: 0, removed: 0 });
  expect(set).toEqual(rows(0));
});
