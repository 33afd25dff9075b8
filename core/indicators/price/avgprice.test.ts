import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { avgprice } from './avgprice.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(avgprice)).toEqual([]);
  expect(checkFeature(avgprice, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(avgprice.definition, {}, [c.open, c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(109.96875, 9);
  expect(outputs[0]![118]).toBeCloseTo(108.28125, 9);
  expect(outputs[0]![63]).toBeCloseTo(110.8125, 9);
});
