import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { linearreg } from './linearreg.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(linearreg)).toEqual([]);
  expect(checkFeature(linearreg, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(linearreg.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(110.863888889, 9);
  expect(outputs[0]![118]).toBeCloseTo(108.694444444, 9);
  expect(outputs[0]![63]).toBeCloseTo(110.366666667, 9);
});
