import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { aroon } from './aroon.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(aroon)).toEqual([]);
  expect(checkFeature(aroon, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(aroon.definition, { period: 9 }, [c.high, c.low]);
  expect(outputs[0]![119]).toBeCloseTo(0, 9);
  expect(outputs[0]![118]).toBeCloseTo(11.1111111111, 9);
  expect(outputs[0]![63]).toBeCloseTo(66.6666666667, 9);
  expect(outputs[1]![119]).toBeCloseTo(0, 9);
  expect(outputs[1]![118]).toBeCloseTo(11.1111111111, 9);
  expect(outputs[1]![63]).toBeCloseTo(100, 9);
});
