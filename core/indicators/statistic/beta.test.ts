import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { beta } from './beta.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(beta)).toEqual([]);
  expect(checkFeature(beta, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(beta.definition, { period: 9 }, [c.high, c.low]);
  expect(outputs[0]![119]).toBeCloseTo(0.360161951681, 9);
  expect(outputs[0]![118]).toBeCloseTo(0.0774041296129, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.19399659172, 9);
});
