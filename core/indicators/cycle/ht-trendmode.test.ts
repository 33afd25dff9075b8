import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { htTrendmode } from './ht-trendmode.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(htTrendmode)).toEqual([]);
  expect(checkFeature(htTrendmode, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(htTrendmode.definition, {}, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(1, 9);
  expect(outputs[0]![118]).toBeCloseTo(1, 9);
  expect(outputs[0]![63]).toBeCloseTo(1, 9);
});
