import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { wclprice } from './wclprice.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(wclprice)).toEqual([]);
  expect(checkFeature(wclprice, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(wclprice.definition, {}, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(110.3125, 9);
  expect(outputs[0]![118]).toBeCloseTo(108.8125, 9);
  expect(outputs[0]![63]).toBeCloseTo(111.53125, 9);
});
