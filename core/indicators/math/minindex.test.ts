import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { minindex } from './minindex.ts';
import { sampleCandles } from './sample-candles.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(minindex)).toEqual([]);
  expect(checkFeature(minindex, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(minindex.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(111, 9);
  expect(outputs[0]![118]).toBeCloseTo(111, 9);
  expect(outputs[0]![63]).toBeCloseTo(59, 9);
});
