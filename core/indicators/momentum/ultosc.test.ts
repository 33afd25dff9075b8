import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { ultosc } from './ultosc.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(ultosc)).toEqual([]);
  expect(checkFeature(ultosc, { options: { period1: 9, period2: 3, period3: 5 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(ultosc.definition, { period1: 9, period2: 3, period3: 5 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(63.5240856906, 9);
  expect(outputs[0]![118]).toBeCloseTo(46.6461613783, 9);
  expect(outputs[0]![63]).toBeCloseTo(56.7237350504, 9);
});
