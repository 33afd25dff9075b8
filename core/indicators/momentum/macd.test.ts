import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { macd } from './macd.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(macd)).toEqual([]);
  expect(checkFeature(macd, { options: { fast: 5, slow: 11, signal: 4 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(macd.definition, { fast: 5, slow: 11, signal: 4 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(1.17262328117, 9);
  expect(outputs[0]![118]).toBeCloseTo(0.875471162483, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.990297458299, 9);
  expect(outputs[1]![119]).toBeCloseTo(0.880607655394, 9);
  expect(outputs[1]![118]).toBeCloseTo(0.685930571542, 9);
  expect(outputs[1]![63]).toBeCloseTo(0.533228412109, 9);
  expect(outputs[2]![119]).toBeCloseTo(0.292015625778, 9);
  expect(outputs[2]![118]).toBeCloseTo(0.189540590941, 9);
  expect(outputs[2]![63]).toBeCloseTo(0.457069046191, 9);
});
