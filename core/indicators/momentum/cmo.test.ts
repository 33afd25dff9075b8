import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { cmo } from './cmo.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(cmo)).toEqual([]);
  expect(checkFeature(cmo, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(cmo.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(10.669826461, 9);
  expect(outputs[0]![118]).toBeCloseTo(7.16771633971, 9);
  expect(outputs[0]![63]).toBeCloseTo(12.4847255258, 9);
});
