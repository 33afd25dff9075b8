import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { bbands } from './bbands.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(bbands)).toEqual([]);
  expect(checkFeature(bbands, { options: { period: 9, up: 1, down: 2.5, maType: 'ema' } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(bbands.definition, { period: 9, up: 1, down: 2.5, maType: 'ema' }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(111.215608639, 9);
  expect(outputs[0]![118]).toBeCloseTo(110.619225307, 9);
  expect(outputs[0]![63]).toBeCloseTo(112.119571824, 9);
  expect(outputs[1]![119]).toBeCloseTo(108.217666959, 9);
  expect(outputs[1]![118]).toBeCloseTo(107.553333698, 9);
  expect(outputs[1]![63]).toBeCloseTo(109.167406893, 9);
  expect(outputs[2]![119]).toBeCloseTo(100.722812757, 9);
  expect(outputs[2]![118]).toBeCloseTo(99.8886046759, 9);
  expect(outputs[2]![63]).toBeCloseTo(101.786994566, 9);
});
