import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { htPhasor } from './ht-phasor.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(htPhasor)).toEqual([]);
  expect(checkFeature(htPhasor, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(htPhasor.definition, {}, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(0.452947959477, 9);
  expect(outputs[0]![118]).toBeCloseTo(1.97789821141, 9);
  expect(outputs[0]![63]).toBeCloseTo(-2.65164539243, 9);
  expect(outputs[1]![119]).toBeCloseTo(-0.575567162933, 9);
  expect(outputs[1]![118]).toBeCloseTo(1.23016450889, 9);
  expect(outputs[1]![63]).toBeCloseTo(-0.175846989571, 9);
});
