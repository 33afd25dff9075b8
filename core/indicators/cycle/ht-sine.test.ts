import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { htSine } from './ht-sine.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(htSine)).toEqual([]);
  expect(checkFeature(htSine, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(htSine.definition, {}, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(-0.129241806477, 9);
  expect(outputs[0]![118]).toBeCloseTo(-0.164398489646, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.946368741361, 9);
  expect(outputs[1]![119]).toBeCloseTo(-0.792564110575, 9);
  expect(outputs[1]![118]).toBeCloseTo(-0.813733177958, 9);
  expect(outputs[1]![63]).toBeCloseTo(0.897641852837, 9);
});
