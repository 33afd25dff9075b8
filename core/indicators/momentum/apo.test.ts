import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { apo } from './apo.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(apo)).toEqual([]);
  expect(checkFeature(apo, { options: { fast: 9, slow: 4, maType: 'sma' } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(apo.definition, { fast: 9, slow: 4, maType: 'sma' }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(1.79861111111, 9);
  expect(outputs[0]![118]).toBeCloseTo(1.61805555556, 9);
  expect(outputs[0]![63]).toBeCloseTo(2.14583333333, 9);
});
