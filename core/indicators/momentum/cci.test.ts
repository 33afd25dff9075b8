import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { cci } from './cci.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(cci)).toEqual([]);
  expect(checkFeature(cci, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(cci.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(102.051282051, 9);
  expect(outputs[0]![118]).toBeCloseTo(59.287054409, 9);
  expect(outputs[0]![63]).toBeCloseTo(107.917383821, 9);
});
