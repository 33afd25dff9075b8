import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { adxr } from './adxr.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(adxr)).toEqual([]);
  expect(checkFeature(adxr, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(adxr.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(24.3110784071, 9);
  expect(outputs[0]![118]).toBeCloseTo(23.7050604586, 9);
  expect(outputs[0]![63]).toBeCloseTo(15.8269344454, 9);
});
