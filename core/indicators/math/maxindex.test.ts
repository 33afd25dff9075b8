import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { maxindex } from './maxindex.ts';
import { sampleCandles } from './sample-candles.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(maxindex)).toEqual([]);
  expect(checkFeature(maxindex, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(maxindex.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(119, 9);
  expect(outputs[0]![118]).toBeCloseTo(110, 9);
  expect(outputs[0]![63]).toBeCloseTo(63, 9);
});
