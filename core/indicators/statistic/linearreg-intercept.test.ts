import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { linearregIntercept } from './linearreg-intercept.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(linearregIntercept)).toEqual([]);
  expect(checkFeature(linearregIntercept, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(linearregIntercept.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(103.913888889, 9);
  expect(outputs[0]![118]).toBeCloseTo(106.194444444, 9);
  expect(outputs[0]![63]).toBeCloseTo(106.716666667, 9);
});
