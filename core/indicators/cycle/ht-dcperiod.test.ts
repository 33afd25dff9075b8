import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { htDcperiod } from './ht-dcperiod.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(htDcperiod)).toEqual([]);
  expect(checkFeature(htDcperiod, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(htDcperiod.definition, {}, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(9.47515869175, 9);
  expect(outputs[0]![118]).toBeCloseTo(9.7409865102, 9);
  expect(outputs[0]![63]).toBeCloseTo(14.4308687414, 9);
});
