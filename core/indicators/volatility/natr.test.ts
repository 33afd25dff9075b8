import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { natr } from './natr.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(natr)).toEqual([]);
  expect(checkFeature(natr, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(natr.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(4.44350218231, 9);
  expect(outputs[0]![118]).toBeCloseTo(4.8048627171, 9);
  expect(outputs[0]![63]).toBeCloseTo(3.88616605133, 9);
});
