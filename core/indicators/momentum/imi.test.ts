import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { imi } from './imi.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(imi)).toEqual([]);
  expect(checkFeature(imi, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(imi.definition, { period: 9 }, [c.open, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(48.9285714286, 9);
  expect(outputs[0]![118]).toBeCloseTo(59.1428571429, 9);
  expect(outputs[0]![63]).toBeCloseTo(54.2510121457, 9);
});
