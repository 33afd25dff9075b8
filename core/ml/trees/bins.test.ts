import { expect, it } from 'vitest';
import { numericBins } from './bins.ts';

const options = { minDataInBin: 1, sampleRows: 1000 };

function boundsOf(values: readonly number[], maxBins = 255): number[] {
  const sorted = Float64Array.from(values).sort();
  const range = { min: sorted[0]!, max: sorted.at(-1)!, missing: 0 };
  const { bins, upper } = numericBins(sorted, range, { ...options, maxBins });
  return [...upper.subarray(0, bins - 1)];
}

it('takes values that differ by rounding alone for one, so that bins do not depend on the order in which a window was added up', () => {
  const forth = 0.1 + 0.2 + 0.3;
  const back = 0.3 + 0.2 + 0.1;
  expect(forth).not.toBe(back);
  const one = boundsOf([forth, forth, forth, -forth, -forth, 1.5, 2, 2]);
  const other = boundsOf([forth, back, back, -forth, -back, 1.5, 2, 2]);
  expect(one).toHaveLength(3);
  expect(other).toHaveLength(3);
  other.forEach((bound, k) => {
    expect(bound).toBeCloseTo(one[k]!, 14);
  });
  // Where bins are fewer than values, a value's share of the rows decides whether it has a bin of its own.
  const many = Array.from({ length: 40 }, (_, k) => 10 + k);
  const noisy = Array.from({ length: 20 }, (_, k) => (k % 2 === 0 ? forth : back));
  const same = noisy.map(() => forth);
  expect(boundsOf([...noisy, ...many], 10)).toEqual(boundsOf([...same, ...many], 10));
});

it('keeps apart what is more than rounding: milliseconds since 1970, prices of one tick, numbers next to zero', () => {
  expect(boundsOf([1_700_000_000_000, 1_700_000_000_001])).toEqual([1_700_000_000_000.5]);
  expect(boundsOf([100_000.01, 100_000.02])).toHaveLength(1);
  expect(boundsOf([-1e-300, 0, 1e-300])).toHaveLength(2);
});
