import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { ma } from './ma.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(ma)).toEqual([]);
  expect(checkFeature(ma, { options: { period: 9, type: 'tema' } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(ma.definition, { period: 9, type: 'tema' }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(110.279120659, 9);
  expect(outputs[0]![118]).toBeCloseTo(109.131167723, 9);
  expect(outputs[0]![63]).toBeCloseTo(110.934193353, 9);
});
