import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { adx } from './adx.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(adx)).toEqual([]);
  expect(checkFeature(adx, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(adx.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(27.2146831709, 9);
  expect(outputs[0]![118]).toBeCloseTo(27.5635562834, 9);
  expect(outputs[0]![63]).toBeCloseTo(13.2868035029, 9);
});
