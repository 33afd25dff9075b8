import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { stochrsi } from './stochrsi.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(stochrsi)).toEqual([]);
  expect(checkFeature(stochrsi, { options: { period: 9, fastK: 11, fastD: 4, fastDType: 'ema' } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(stochrsi.definition, { period: 9, fastK: 11, fastD: 4, fastDType: 'ema' }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(94.595051971, 9);
  expect(outputs[0]![118]).toBeCloseTo(79.0678626645, 9);
  expect(outputs[0]![63]).toBeCloseTo(100, 9);
  expect(outputs[1]![119]).toBeCloseTo(79.6550898337, 9);
  expect(outputs[1]![118]).toBeCloseTo(69.6951150754, 9);
  expect(outputs[1]![63]).toBeCloseTo(83.7213985809, 9);
});
