import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { dema } from './dema.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(dema)).toEqual([]);
  expect(checkFeature(dema, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(dema.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(109.536400637, 9);
  expect(outputs[0]![118]).toBeCloseTo(108.537417536, 9);
  expect(outputs[0]![63]).toBeCloseTo(110.152336836, 9);
});
