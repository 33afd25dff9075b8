import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { trange } from './trange.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(trange)).toEqual([]);
  expect(checkFeature(trange, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(trange.definition, {}, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(2.25, 9);
  expect(outputs[0]![118]).toBeCloseTo(3.5, 9);
  expect(outputs[0]![63]).toBeCloseTo(3.125, 9);
});
