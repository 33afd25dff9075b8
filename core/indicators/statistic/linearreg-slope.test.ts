import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { linearregSlope } from './linearreg-slope.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(linearregSlope)).toEqual([]);
  expect(checkFeature(linearregSlope, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(linearregSlope.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(0.86875, 9);
  expect(outputs[0]![118]).toBeCloseTo(0.3125, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.45625, 9);
});
