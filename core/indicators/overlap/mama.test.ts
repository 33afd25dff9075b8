import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { mama } from './mama.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(mama)).toEqual([]);
  expect(checkFeature(mama, { options: { fastLimit: 0.4, slowLimit: 0.1 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(mama.definition, { fastLimit: 0.4, slowLimit: 0.1 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(108.483687883, 9);
  expect(outputs[0]![118]).toBeCloseTo(108.217986537, 9);
  expect(outputs[0]![63]).toBeCloseTo(108.323338475, 9);
  expect(outputs[1]![119]).toBeCloseTo(106.541331994, 9);
  expect(outputs[1]![118]).toBeCloseTo(106.439102737, 9);
  expect(outputs[1]![63]).toBeCloseTo(107.661019428, 9);
});
