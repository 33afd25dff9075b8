import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { rocp } from './rocp.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(rocp)).toEqual([]);
  expect(checkFeature(rocp, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(rocp.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(-0.00448933782267, 9);
  expect(outputs[0]![118]).toBeCloseTo(0.0788177339901, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.023945267959, 9);
});
