import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { stoch } from './stoch.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(stoch)).toEqual([]);
  expect(
    checkFeature(stoch, { options: { fastK: 11, slowK: 4, slowKType: 'ema', slowD: 2, slowDType: 'wma' } }),
  ).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(stoch.definition, { fastK: 11, slowK: 4, slowKType: 'ema', slowD: 2, slowDType: 'wma' }, [
    c.high,
    c.low,
    c.close,
  ]);
  expect(outputs[0]![119]).toBeCloseTo(76.899057424, 9);
  expect(outputs[0]![118]).toBeCloseTo(68.5906276215, 9);
  expect(outputs[0]![63]).toBeCloseTo(81.5412043414, 9);
  expect(outputs[1]![119]).toBeCloseTo(74.1295808231, 9);
  expect(outputs[1]![118]).toBeCloseTo(66.5753061, 9);
  expect(outputs[1]![63]).toBeCloseTo(77.4392497506, 9);
});
