import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chronologicalSplit } from './chronological.ts';
import { combinatorialPurged } from './combinatorial.ts';
import { evenGroups, purgedKFold } from './purged-k-fold.ts';
import { rangesOf, refuseLeaks, span } from './split.ts';
import { walkForward } from './walk-forward.ts';

const labelEnd = (rows: number, horizon: number) =>
  Array.from({ length: rows }, (_, i) => i + (horizon > 0 ? 1 + ((i * 7) % horizon) : 0));

it('makes groups as even as can be, longer ones first', () => {
  expect(evenGroups(10, 4)).toEqual([
    [0, 2],
    [3, 5],
    [6, 7],
    [8, 9],
  ]);
});

it('keeps the order of time and leaves out labels that reach across', () => {
  const { train, validation, test } = chronologicalSplit(Array.from({ length: 100 }, (_, i) => i + 5));
  expect(rangesOf(train)).toEqual([[0, 64]]);
  expect(rangesOf(validation)).toEqual([[70, 79]]);
  expect(rangesOf(test)).toEqual([[85, 99]]);
  expect(() => chronologicalSplit(Array.from({ length: 20 }, (_, i) => i + 19))).toThrow('SPLIT_ROWS');
  expect(() => chronologicalSplit([0, 1], { train: 0.9, validation: 0.2 })).toThrow('SPLIT_OPTION');
});

it('walks forward, purging labels when it knows where they end', () => {
  const splits = walkForward(100, { train: 50, test: 20, labelEnd: labelEnd(100, 0).map((i) => i + 3) });
  expect(splits.map((s) => [rangesOf(s.train)[0], rangesOf(s.test)[0]])).toEqual([
    [
      [0, 46],
      [50, 69],
    ],
    [
      [20, 66],
      [70, 89],
    ],
  ]);
  expect(() => walkForward(100, { train: 90, test: 20 })).toThrow(
    /SPLIT_ROWS: 100 rows hold no window of 90 \+ 0 \+ 20/,
  );
  expect(() => walkForward(100, { train: 5, test: 5, labelEnd: labelEnd(100, 0).map((i) => i + 9) })).toThrow(
    'SPLIT_ROWS',
  );
});

it('never makes a split that leaks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 150 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 2, max: 5 }),
      (rows, horizon, folds) => {
        const ends = labelEnd(rows, horizon);
        const splits = [
          ...purgedKFold(ends, { folds, embargo: 0.02 }),
          ...combinatorialPurged(ends, { groups: folds + 1, testGroups: 2, embargo: 0.01 }).splits,
          ...walkForward(rows, { train: 20, test: 10, labelEnd: ends, isAnchored: true }),
        ];
        for (const split of splits) refuseLeaks(split, ends);
      },
    ),
    { seed: 6, numRuns: 40 },
  );
});

it('refuses a split that would leak and names the rows', () => {
  const ends = Array.from({ length: 20 }, (_, i) => Math.min(19, i + 3));
  expect(() => refuseLeaks({ train: span(0, 10), test: span(10, 15) }, ends)).toThrow(
    /SPLIT_LEAK: the label of training row 7 is read up to row 10, testing starts at row 10/,
  );
  expect(() => refuseLeaks({ train: span(9, 12), test: span(0, 10) }, ends)).toThrow(
    /row 9 is both trained and tested on/,
  );
  expect(() => refuseLeaks({ train: span(12, 15), test: span(0, 10) }, ends)).toThrow(
    /training row 12 lies within the labels of test rows 0 to 9, read up to row 12/,
  );
  expect(() => refuseLeaks({ train: span(13, 15), test: span(0, 10) }, ends)).not.toThrow();
});

it('tests every group equally often and joins the predictions into whole paths', () => {
  const { groups, splits, paths } = combinatorialPurged(labelEnd(60, 2), { groups: 6, testGroups: 2 });
  expect(splits.length).toBe(15);
  expect(paths.length).toBe(5);
  for (const path of paths)
    path.forEach((k, g) => {
      expect(splits[k]!.testGroups).toContain(g);
    });
  expect(new Set(paths.flatMap((path) => path.map((k, g) => `${k}/${g}`))).size).toBe(5 * groups.length);
});

it('refuses labels that are not known yet and folds that leave nothing', () => {
  expect(() => purgedKFold([1, 2, -1, 4], { folds: 2 })).toThrow(/SPLIT_DATA: the label of row 2 ends at row -1/);
  expect(() => purgedKFold([3, 3, 3, 3], { folds: 2 })).toThrow('SPLIT_ROWS');
  expect(() => purgedKFold([1, 2, 3], { folds: 9 })).toThrow(
    /SPLIT_OPTION: folds is 9. Give a whole number from 2 to 3/,
  );
  expect(() => purgedKFold([1, 2, 3, 4], { folds: 2, embargo: 1 })).toThrow('SPLIT_OPTION');
});
