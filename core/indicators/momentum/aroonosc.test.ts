import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { aroonosc } from './aroonosc.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(aroonosc)).toEqual([]);
  expect(checkFeature(aroonosc, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(aroonosc.definition, { period: 9 }, [c.high, c.low]);
  expect(outputs[0]![119]).toBeCloseTo(0, 9);
  expect(outputs[0]![118]).toBeCloseTo(0, 9);
  expect(outputs[0]![63]).toBeCloseTo(33.3333333333, 9);
});
