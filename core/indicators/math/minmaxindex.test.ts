import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { minmaxindex } from './minmaxindex.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(minmaxindex)).toEqual([]);
});

it('gives the rows of the lowest and the highest value of each window', () => {
  const [lowest, highest] = runFeature(minmaxindex.definition, { period: 3 }, [Float64Array.of(5, 1, 4, 2, 8, 3, 0)]);
  expect([...lowest!]).toEqual([Number.NaN, Number.NaN, 1, 1, 3, 3, 6]);
  expect([...highest!]).toEqual([Number.NaN, Number.NaN, 0, 2, 4, 4, 4]);
});
