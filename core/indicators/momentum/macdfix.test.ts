import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { macdfix } from './macdfix.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(macdfix)).toEqual([]);
  expect(checkFeature(macdfix, { options: { signal: 5 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(macdfix.definition, { signal: 5 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(0.645813730402, 9);
  expect(outputs[0]![118]).toBeCloseTo(0.402774710557, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.542628859851, 9);
  expect(outputs[1]![119]).toBeCloseTo(0.304694459754, 9);
  expect(outputs[1]![118]).toBeCloseTo(0.134134824429, 9);
  expect(outputs[1]![63]).toBeCloseTo(0.262898555328, 9);
  expect(outputs[2]![119]).toBeCloseTo(0.341119270649, 9);
  expect(outputs[2]![118]).toBeCloseTo(0.268639886128, 9);
  expect(outputs[2]![63]).toBeCloseTo(0.279730304523, 9);
});
