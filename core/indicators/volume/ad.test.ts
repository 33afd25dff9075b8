import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { ad } from './ad.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(ad)).toEqual([]);
  expect(checkFeature(ad, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(ad.definition, {}, [c.high, c.low, c.close, c.volume]);
  expect(outputs[0]![119]).toBeCloseTo(354.394349935, 9);
  expect(outputs[0]![118]).toBeCloseTo(244.394349935, 9);
  expect(outputs[0]![63]).toBeCloseTo(106.494230171, 9);
});
