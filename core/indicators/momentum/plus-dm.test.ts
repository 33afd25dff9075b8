import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { plusDm } from './plus-dm.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(plusDm)).toEqual([]);
  expect(checkFeature(plusDm, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(plusDm.definition, { period: 9 }, [c.high, c.low]);
  expect(outputs[0]![119]).toBeCloseTo(10.0258284592, 9);
  expect(outputs[0]![118]).toBeCloseTo(10.1540570166, 9);
  expect(outputs[0]![63]).toBeCloseTo(7.86308983155, 9);
});
