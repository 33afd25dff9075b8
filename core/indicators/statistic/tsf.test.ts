import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { tsf } from './tsf.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(tsf)).toEqual([]);
  expect(checkFeature(tsf, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(tsf.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(111.732638889, 9);
  expect(outputs[0]![118]).toBeCloseTo(109.006944444, 9);
  expect(outputs[0]![63]).toBeCloseTo(110.822916667, 9);
});
