import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { maxindex } from './maxindex.ts';
import { sampleCandles } from './sample-candles.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(maxindex)).toEqual([]);
  expect(checkFeature(maxindex, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(maxindex.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(119, 9);
  expect(outputs[0]![118]).toBeCloseTo(110, 9);
  expect(outputs[0]![63]).toBeCloseTo(63, 9);
});

// The oldest leaves each time: of equals the earliest is next, the newest only where the old one stays.
it('chooses among equals as TA-Lib does', () => {
  for (const period of [3, 100]) {
    const level = new Float64Array(period + 3).fill(5);
    const [rows] = runFeature(maxindex.definition, { period }, [level]);
    expect(Array.from(rows!.subarray(period - 1))).toEqual([0, 1, 2, 3]);
  }
  const [rows] = runFeature(maxindex.definition, { period: 3 }, [Float64Array.of(1, 2, 2, 2)]);
  expect(rows![3]).toBe(3);
});
