import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { medprice } from './medprice.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(medprice)).toEqual([]);
  expect(checkFeature(medprice, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(medprice.definition, {}, [c.high, c.low]);
  expect(outputs[0]![119]).toBeCloseTo(109.75, 9);
  expect(outputs[0]![118]).toBeCloseTo(108.125, 9);
  expect(outputs[0]![63]).toBeCloseTo(110.8125, 9);
});
