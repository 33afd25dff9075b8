import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { mom } from './mom.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(mom)).toEqual([]);
  expect(checkFeature(mom, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(mom.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(-0.5, 9);
  expect(outputs[0]![118]).toBeCloseTo(8, 9);
  expect(outputs[0]![63]).toBeCloseTo(2.625, 9);
});
