import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { wma } from './wma.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(wma)).toEqual([]);
  expect(checkFeature(wma, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(wma.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(108.547222222, 9);
  expect(outputs[0]![118]).toBeCloseTo(107.861111111, 9);
  expect(outputs[0]![63]).toBeCloseTo(109.15, 9);
});
