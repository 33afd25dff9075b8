import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { minusDi } from './minus-di.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(minusDi)).toEqual([]);
  expect(checkFeature(minusDi, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(minusDi.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(13.7341367879, 9);
  expect(outputs[0]![118]).toBeCloseTo(14.4683106372, 9);
  expect(outputs[0]![63]).toBeCloseTo(17.5430131392, 9);
});
