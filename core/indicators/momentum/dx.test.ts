import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { dx } from './dx.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(dx)).toEqual([]);
  expect(checkFeature(dx, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(dx.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(24.4236982709, 9);
  expect(outputs[0]![118]).toBeCloseTo(19.4238189706, 9);
  expect(outputs[0]![63]).toBeCloseTo(6.62502251194, 9);
});
