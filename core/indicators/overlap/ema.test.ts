import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { ema } from './ema.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(ema)).toEqual([]);
  expect(checkFeature(ema, { options: { period: 1 } })).toEqual([]);
});

it('starts from the mean of the first period values', () => {
  const [out] = runFeature(ema.definition, { period: 3 }, [Float64Array.of(1, 2, 6, 5)]);
  expect([...out!]).toEqual([Number.NaN, Number.NaN, 3, 4]);
});

it('names the option that is out of range', () => {
  expect(() => runFeature(ema.definition, { period: 0 }, [Float64Array.of(1)])).toThrow(
    /FEATURE_OPTIONS: ema cannot take period = 0/,
  );
  expect(() => runFeature(ema.definition, { perod: 3 }, [Float64Array.of(1)])).toThrow(
    /no option "perod".*Did you mean "period"/,
  );
});
