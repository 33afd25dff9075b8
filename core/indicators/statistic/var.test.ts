import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { variance } from './var.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(variance)).toEqual([]);
  expect(checkFeature(variance, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(variance.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(8.98765432099, 9);
  expect(outputs[0]![118]).toBeCloseTo(9.39969135802, 9);
  expect(outputs[0]![63]).toBeCloseTo(8.71527777778, 9);
});
