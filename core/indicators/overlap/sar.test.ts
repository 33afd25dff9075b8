import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { sar } from './sar.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(sar)).toEqual([]);
  expect(checkFeature(sar, { options: { acceleration: 0.05, maximum: 0.12 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(sar.definition, { acceleration: 0.05, maximum: 0.12 }, [c.high, c.low]);
  expect(outputs[0]![119]).toBeCloseTo(103.323241836, 9);
  expect(outputs[0]![118]).toBeCloseTo(102.859991406, 9);
  expect(outputs[0]![63]).toBeCloseTo(103.875, 9);
});
