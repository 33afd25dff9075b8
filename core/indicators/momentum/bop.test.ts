import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { bop } from './bop.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(bop)).toEqual([]);
  expect(checkFeature(bop, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(bop.definition, {}, [c.open, c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(0.611111111111, 9);
  expect(outputs[0]![118]).toBeCloseTo(0.607142857143, 9);
  expect(outputs[0]![63]).toBeCloseTo(1, 9);
});
