import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { minmax } from './minmax.ts';
import { sampleCandles } from './sample-candles.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(minmax)).toEqual([]);
  expect(checkFeature(minmax, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(minmax.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(101.5, 9);
  expect(outputs[0]![118]).toBeCloseTo(101.5, 9);
  expect(outputs[0]![63]).toBeCloseTo(103.625, 9);
  expect(outputs[1]![119]).toBeCloseTo(110.875, 9);
  expect(outputs[1]![118]).toBeCloseTo(111.375, 9);
  expect(outputs[1]![63]).toBeCloseTo(112.25, 9);
});
