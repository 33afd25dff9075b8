import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { runFeature } from '../feature.ts';
import { foldMemory } from './fold-simd.ts';
import { max } from './max.ts';
import { min } from './min.ts';

it('takes the larger or the smaller of each number and the one a shift on', () => {
  const { numbers, max: larger, min: smaller } = foldMemory();
  numbers.set([3, 1, 4, 1, 5, 9, 2, 6]);
  larger(4 * 8, 2 * 8);
  expect([...numbers.subarray(0, 8)]).toEqual([4, 1, 5, 9, 5, 9, 2, 6]);
  smaller(4 * 8, 1 * 8);
  expect([...numbers.subarray(0, 4)]).toEqual([1, 1, 5, 5]);
});

it('sees a NaN among the first numbers only', () => {
  const { numbers, hasNaN } = foldMemory();
  numbers.fill(0);
  numbers[5] = Number.NaN;
  expect(hasNaN(4 * 8)).toBe(0);
  expect(hasNaN(6 * 8)).toBe(1);
});

it('gives the extremes of every window, whatever the period', () => {
  const rng = seeded('fold');
  const xs = Float64Array.from({ length: 1400 }, () => rng.normal());
  for (const period of [2, 3, 4, 7, 30, 64, 200, 511, 600]) {
    const [highest] = runFeature(max.definition, { period }, [xs]);
    const [lowest] = runFeature(min.definition, { period }, [xs]);
    for (let i = period - 1; i < xs.length; i += 13) {
      const window = xs.subarray(i - period + 1, i + 1);
      expect(highest![i]).toBe(Math.max(...window));
      expect(lowest![i]).toBe(Math.min(...window));
    }
  }
});

it('starts anew after a NaN in the middle of many rows', () => {
  const xs = Float64Array.from({ length: 300 }, (_, i) => (i * 7) % 31);
  xs[150] = Number.NaN;
  const [highest] = runFeature(max.definition, { period: 5 }, [xs]);
  expect(highest!.subarray(149, 156).map((x) => (Number.isNaN(x) ? -1 : 0))).toEqual(
    Float64Array.of(0, -1, -1, -1, -1, -1, 0),
  );
  expect(highest![155]).toBe(Math.max(...xs.subarray(151, 156)));
});
