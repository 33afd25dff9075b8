import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { stddev } from './stddev.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(stddev)).toEqual([]);
  expect(checkFeature(stddev, { options: { period: 9, deviations: 2 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(stddev.definition, { period: 9, deviations: 2 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(5.99588336144, 9);
  expect(outputs[0]![118]).toBeCloseTo(6.13178321796, 9);
  expect(outputs[0]![63]).toBeCloseTo(5.90432986131, 9);
});
