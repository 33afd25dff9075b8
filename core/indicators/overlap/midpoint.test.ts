import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { midpoint } from './midpoint.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(midpoint)).toEqual([]);
  expect(checkFeature(midpoint, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(midpoint.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(106.1875, 9);
  expect(outputs[0]![118]).toBeCloseTo(106.4375, 9);
  expect(outputs[0]![63]).toBeCloseTo(107.9375, 9);
});
