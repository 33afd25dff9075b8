import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { avgdev } from './avgdev.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(avgdev)).toEqual([]);
  expect(checkFeature(avgdev, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(avgdev.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(2.56790123457, 9);
  expect(outputs[0]![118]).toBeCloseTo(2.61728395062, 9);
  expect(outputs[0]![63]).toBeCloseTo(2.48148148148, 9);
});
