import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { typprice } from './typprice.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(typprice)).toEqual([]);
  expect(checkFeature(typprice, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(typprice.definition, {}, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(110.125, 9);
  expect(outputs[0]![118]).toBeCloseTo(108.583333333, 9);
  expect(outputs[0]![63]).toBeCloseTo(111.291666667, 9);
});
