import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { htTrendline } from './ht-trendline.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(htTrendline)).toEqual([]);
  expect(checkFeature(htTrendline, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(htTrendline.definition, {}, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(107.03625, 9);
  expect(outputs[0]![118]).toBeCloseTo(106.449318182, 9);
  expect(outputs[0]![63]).toBeCloseTo(108.204503929, 9);
});
