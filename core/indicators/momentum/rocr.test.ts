import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { rocr } from './rocr.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(rocr)).toEqual([]);
  expect(checkFeature(rocr, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(rocr.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(0.995510662177, 9);
  expect(outputs[0]![118]).toBeCloseTo(1.07881773399, 9);
  expect(outputs[0]![63]).toBeCloseTo(1.02394526796, 9);
});
