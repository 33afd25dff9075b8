import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { ema } from './ema.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(ema)).toEqual([]);
  expect(checkFeature(ema, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(ema.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(108.217666959, 9);
  expect(outputs[0]![118]).toBeCloseTo(107.553333698, 9);
  expect(outputs[0]![63]).toBeCloseTo(109.167406893, 9);
});

it('starts from the mean of the first period values', () => {
  const [out] = runFeature(ema.definition, { period: 3 }, [Float64Array.of(1, 2, 6, 5)]);
  expect([...out!]).toEqual([Number.NaN, Number.NaN, 3, 4]);
});

it('names the option that is out of range', () => {
  expect(() => runFeature(ema.definition, { period: 0 }, [Float64Array.of(1)])).toThrow(
    /FEATURE_OPTION: ema cannot take period = 0/,
  );
  expect(() => runFeature(ema.definition, { perod: 3 }, [Float64Array.of(1)])).toThrow(
    /no option "perod".*Did you mean "period"/,
  );
});
