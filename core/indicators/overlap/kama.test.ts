import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { kama } from './kama.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(kama)).toEqual([]);
  expect(checkFeature(kama, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(kama.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(107.600631517, 9);
  expect(outputs[0]![118]).toBeCloseTo(107.583031723, 9);
  expect(outputs[0]![63]).toBeCloseTo(108.423920313, 9);
});
