import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { minindex } from './minindex.ts';
import { sampleCandles } from './sample-candles.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(minindex)).toEqual([]);
  expect(checkFeature(minindex, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(minindex.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(111, 9);
  expect(outputs[0]![118]).toBeCloseTo(111, 9);
  expect(outputs[0]![63]).toBeCloseTo(59, 9);
});

// The oldest leaves each time: of equals the earliest is next, the newest only where the old one stays.
it('chooses among equals as TA-Lib does', () => {
  for (const period of [3, 100]) {
    const level = new Float64Array(period + 3).fill(5);
    const [rows] = runFeature(minindex.definition, { period }, [level]);
    expect(Array.from(rows!.subarray(period - 1))).toEqual([0, 1, 2, 3]);
  }
  const [rows] = runFeature(minindex.definition, { period: 3 }, [Float64Array.of(2, 1, 1, 1)]);
  expect(rows![3]).toBe(3);
});
