import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { adosc } from './adosc.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(adosc)).toEqual([]);
  expect(checkFeature(adosc, { options: { fast: 6, slow: 4 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(adosc.definition, { fast: 6, slow: 4 }, [c.high, c.low, c.close, c.volume]);
  expect(outputs[0]![119]).toBeCloseTo(1.59953869757, 9);
  expect(outputs[0]![118]).toBeCloseTo(18.4933732249, 9);
  expect(outputs[0]![63]).toBeCloseTo(1.96188202974, 9);
});
