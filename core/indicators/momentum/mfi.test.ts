import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { mfi } from './mfi.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(mfi)).toEqual([]);
  expect(checkFeature(mfi, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(mfi.definition, { period: 9 }, [c.high, c.low, c.close, c.volume]);
  expect(outputs[0]![119]).toBeCloseTo(59.9438374485, 9);
  expect(outputs[0]![118]).toBeCloseTo(57.3300945829, 9);
  expect(outputs[0]![63]).toBeCloseTo(54.4314982711, 9);
});
