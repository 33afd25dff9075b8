import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { mavp } from './mavp.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(mavp)).toEqual([]);
  expect(checkFeature(mavp, { options: { min: 5, max: 60, maType: 'wma' } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(mavp.definition, { min: 5, max: 60, maType: 'wma' }, [c.close, c.volume]);
  expect(outputs[0]![119]).toBeCloseTo(106.893032787, 9);
  expect(outputs[0]![118]).toBeCloseTo(106.770765027, 9);
  expect(outputs[0]![63]).toBeCloseTo(107.982377049, 9);
});
