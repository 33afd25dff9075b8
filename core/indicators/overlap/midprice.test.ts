import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { midprice } from './midprice.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(midprice)).toEqual([]);
  expect(checkFeature(midprice, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(midprice.definition, { period: 9 }, [c.high, c.low]);
  expect(outputs[0]![119]).toBeCloseTo(106.3125, 9);
  expect(outputs[0]![118]).toBeCloseTo(106.25, 9);
  expect(outputs[0]![63]).toBeCloseTo(107.625, 9);
});
