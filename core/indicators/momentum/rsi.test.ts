import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { rsi } from './rsi.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(rsi)).toEqual([]);
  expect(checkFeature(rsi, { options: { period: 2 } })).toEqual([]);
});

it('is 100 while prices only rise, 0 while they only fall or stand still', () => {
  const last = (xs: number[]) => runFeature(rsi.definition, { period: 3 }, [Float64Array.from(xs)])[0]!.at(-1);
  expect(last([1, 2, 3, 4, 5])).toBe(100);
  expect(last([5, 4, 3, 2, 1])).toBe(0);
  expect(last([5, 5, 5, 5, 5])).toBe(0);
});
