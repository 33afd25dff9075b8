import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from './sample-candles.ts';
import { sum } from './sum.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(sum)).toEqual([]);
  expect(checkFeature(sum, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(sum.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(966.5, 9);
  expect(outputs[0]![118]).toBeCloseTo(967, 9);
  expect(outputs[0]![63]).toBeCloseTo(976.875, 9);
});
