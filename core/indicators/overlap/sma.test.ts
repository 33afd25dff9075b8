import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { sma } from './sma.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(sma)).toEqual([]);
  expect(checkFeature(sma, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(sma.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(107.388888889, 9);
  expect(outputs[0]![118]).toBeCloseTo(107.444444444, 9);
  expect(outputs[0]![63]).toBeCloseTo(108.541666667, 9);
});
