import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { t3 } from './t3.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(t3)).toEqual([]);
  expect(checkFeature(t3, { options: { period: 4, volumeFactor: 0.5 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(t3.definition, { period: 4, volumeFactor: 0.5 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(108.700734571, 9);
  expect(outputs[0]![118]).toBeCloseTo(108.04000325, 9);
  expect(outputs[0]![63]).toBeCloseTo(109.187719108, 9);
});
