import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { rsi } from './rsi.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(rsi)).toEqual([]);
  expect(checkFeature(rsi, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(rsi.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(55.3349132305, 9);
  expect(outputs[0]![118]).toBeCloseTo(53.5838581699, 9);
  expect(outputs[0]![63]).toBeCloseTo(56.2423627629, 9);
});

it('is 100 while prices only rise, 0 while they only fall or stand still', () => {
  const last = (xs: number[]) => runFeature(rsi.definition, { period: 3 }, [Float64Array.from(xs)])[0]!.at(-1);
  expect(last([1, 2, 3, 4, 5])).toBe(100);
  expect(last([5, 4, 3, 2, 1])).toBe(0);
  expect(last([5, 5, 5, 5, 5])).toBe(0);
});
