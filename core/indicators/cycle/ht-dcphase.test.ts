import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { htDcphase } from './ht-dcphase.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(htDcphase)).toEqual([]);
  expect(checkFeature(htDcphase, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(htDcphase.definition, {}, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(187.425781421, 9);
  expect(outputs[0]![118]).toBeCloseTo(189.462293301, 9);
  expect(outputs[0]![63]).toBeCloseTo(71.1501900235, 9);
});
