import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { obv } from './obv.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(obv)).toEqual([]);
  expect(checkFeature(obv, { seed: 2, rows: 1500 })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(obv.definition, {}, [c.close, c.volume]);
  expect(outputs[0]![119]).toBeCloseTo(-248, 9);
  expect(outputs[0]![118]).toBeCloseTo(-358, 9);
  expect(outputs[0]![63]).toBeCloseTo(-295, 9);
});
