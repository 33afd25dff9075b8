import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { minusDm } from './minus-dm.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(minusDm)).toEqual([]);
  expect(checkFeature(minusDm, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(minusDm.definition, { period: 9 }, [c.high, c.low]);
  expect(outputs[0]![119]).toBeCloseTo(6.08979677706, 9);
  expect(outputs[0]![118]).toBeCloseTo(6.85102137419, 9);
  expect(outputs[0]![63]).toBeCloseTo(6.88596183814, 9);
});
