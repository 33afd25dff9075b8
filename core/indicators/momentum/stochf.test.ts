import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { stochf } from './stochf.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(stochf)).toEqual([]);
  expect(checkFeature(stochf, { options: { fastK: 11, fastD: 4, fastDType: 'ema' } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(stochf.definition, { fastK: 11, fastD: 4, fastDType: 'ema' }, [c.high, c.low, c.close]);
  expect(outputs[0]![119]).toBeCloseTo(89.3617021277, 9);
  expect(outputs[0]![118]).toBeCloseTo(77.6595744681, 9);
  expect(outputs[0]![63]).toBeCloseTo(100, 9);
  expect(outputs[1]![119]).toBeCloseTo(76.899057424, 9);
  expect(outputs[1]![118]).toBeCloseTo(68.5906276215, 9);
  expect(outputs[1]![63]).toBeCloseTo(81.5412043414, 9);
});
