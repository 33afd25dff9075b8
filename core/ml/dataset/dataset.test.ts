import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelEnds, splitDataset } from './split-dataset.ts';
import { stackRows } from './stack-rows.ts';

const f64 = (...x: number[]) => Float64Array.from(x);

/** A pair with a row every `step` ms whose label is known `horizon` ms later; its feature is the time. */
function pairRows(pair: string, rows: number, step: number, horizon: number, offset = 0) {
  const time = Float64Array.from({ length: rows }, (_, i) => offset + i * step);
  return {
    pair,
    columns: [time],
    availableAt: time,
    labelAt: time.map((t) => t + horizon),
    target: time.map((_, i) => i),
  };
}

describe('stackRows', () => {
  it('orders rows of all pairs by the time they became known, and leaves out those without a label', () => {
    const a = { ...pairRows('A', 3, 10, 5), target: f64(1, Number.NaN, 3) };
    const b = { ...pairRows('B', 2, 10, 5, 10), target: f64(4, 5) };
    const { dataset, pairOf, pairs } = stackRows(['x'], [a, b]);
    expect(Array.from(dataset.availableAt)).toEqual([0, 10, 20, 20]);
    expect(Array.from(dataset.target)).toEqual([1, 4, 3, 5]);
    expect(Array.from(pairOf)).toEqual([0, 1, 0, 1]);
    expect(pairs).toEqual(['A', 'B']);
  });

  it('refuses a dataset without labels', () => {
    expect(() => stackRows(['x'], [{ ...pairRows('A', 1, 1, 1), target: f64(Number.NaN) }])).toThrow(/DATASET_ROWS/);
  });
});

describe('splitDataset', () => {
  it('says which rows were known when a label was', () => {
    const { dataset } = stackRows(['x'], [pairRows('A', 5, 10, 20)]);
    expect(Array.from(labelEnds(dataset))).toEqual([2, 3, 4, 4, 4]);
  });

  it('leaves out rows whose labels reach into the next part, whatever the pairs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 3 }), (horizon, pairs) => {
        const parts = Array.from({ length: pairs }, (_, p) => pairRows(`P${p}`, 200, 10, horizon, p));
        const { dataset } = stackRows(['x'], parts);
        const { train, validation, test, purged } = splitDataset(dataset);
        const last = (column: Float64Array) => column.reduce((a, b) => Math.max(a, b));
        expect(last(train.labelAt)).toBeLessThan(validation.availableAt[0]!);
        expect(last(validation.labelAt)).toBeLessThan(test.availableAt[0]!);
        expect(train.rows + validation.rows + test.rows + purged).toBe(dataset.rows);
        expect(test.rows).toBe(dataset.rows - Math.floor(0.85 * dataset.rows));
      }),
    );
  });
});
