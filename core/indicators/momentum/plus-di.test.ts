import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { plusDi } from './plus-di.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(plusDi)).toEqual([]);
  expect(checkFeature(plusDi, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(plusDi.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(22.6109514836, 9);
  expect(outputs[0]![118]).toBeCloseTo(21.4438173697, 9);
  expect(outputs[0]![63]).toBeCloseTo(20.032392202, 9);
});
