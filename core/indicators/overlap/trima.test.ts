import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { trima } from './trima.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(trima)).toEqual([]);
  expect(checkFeature(trima, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(trima.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(107.745, 9);
  expect(outputs[0]![118]).toBeCloseTo(107.09, 9);
  expect(outputs[0]![63]).toBeCloseTo(107.81, 9);
});
