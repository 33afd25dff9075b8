import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { roc } from './roc.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(roc)).toEqual([]);
  expect(checkFeature(roc, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(roc.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(-0.448933782267, 9);
  expect(outputs[0]![118]).toBeCloseTo(7.88177339901, 9);
  expect(outputs[0]![63]).toBeCloseTo(2.3945267959, 9);
});
