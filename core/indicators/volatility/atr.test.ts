import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { atr } from './atr.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(atr)).toEqual([]);
  expect(checkFeature(atr, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(atr.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(4.92673304464, 9);
  expect(outputs[0]![118]).toBeCloseTo(5.26132467522, 9);
  expect(outputs[0]![63]).toBeCloseTo(4.36222139262, 9);
});
