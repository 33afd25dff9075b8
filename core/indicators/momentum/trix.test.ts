import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { trix } from './trix.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(trix)).toEqual([]);
  expect(checkFeature(trix, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(trix.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(0.135623360336, 9);
  expect(outputs[0]![118]).toBeCloseTo(0.0919892408791, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.0470388200199, 9);
});
