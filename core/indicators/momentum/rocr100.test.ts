import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { rocr100 } from './rocr100.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(rocr100)).toEqual([]);
  expect(checkFeature(rocr100, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(rocr100.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(99.5510662177, 9);
  expect(outputs[0]![118]).toBeCloseTo(107.881773399, 9);
  expect(outputs[0]![63]).toBeCloseTo(102.394526796, 9);
});
