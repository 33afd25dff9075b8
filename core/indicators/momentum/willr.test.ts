import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { willr } from './willr.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(willr)).toEqual([]);
  expect(checkFeature(willr, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(willr.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(-8.98876404494, 9);
  expect(outputs[0]![118]).toBeCloseTo(-22.3404255319, 9);
  expect(outputs[0]![63]).toBeCloseTo(-0, 9);
});
