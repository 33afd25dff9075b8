import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { sarext } from './sarext.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(sarext)).toEqual([]);
  expect(
    checkFeature(sarext, {
      options: { offsetOnReverse: 0.01, initialLong: 0.03, stepLong: 0.04, maximumLong: 0.1, stepShort: 0.05 },
    }),
  ).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(
    sarext.definition,
    { offsetOnReverse: 0.01, initialLong: 0.03, stepLong: 0.04, maximumLong: 0.1, stepShort: 0.05 },
    [c.high, c.low],
  );
  expect(outputs[0]![119]).toBeCloseTo(100.705151236, 9);
  expect(outputs[0]![118]).toBeCloseTo(100.386753851, 9);
  expect(outputs[0]![63]).toBeCloseTo(101.97, 9);
});
