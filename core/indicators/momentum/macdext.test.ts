import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { macdext } from './macdext.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(macdext)).toEqual([]);
  expect(
    checkFeature(macdext, {
      options: { fast: 5, fastType: 'ema', slow: 11, slowType: 'wma', signal: 4, signalType: 'ema' },
    }),
  ).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(
    macdext.definition,
    { fast: 5, fastType: 'ema', slow: 11, slowType: 'wma', signal: 4, signalType: 'ema' },
    [c.close],
  );
  expect(outputs[0]![119]).toBeCloseTo(0.892516810866, 9);
  expect(outputs[0]![118]).toBeCloseTo(0.739343398117, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.939391630458, 9);
  expect(outputs[1]![119]).toBeCloseTo(0.761080730763, 9);
  expect(outputs[1]![118]).toBeCloseTo(0.673456677362, 9);
  expect(outputs[1]![63]).toBeCloseTo(0.557183925394, 9);
  expect(outputs[2]![119]).toBeCloseTo(0.131436080103, 9);
  expect(outputs[2]![118]).toBeCloseTo(0.0658867207554, 9);
  expect(outputs[2]![63]).toBeCloseTo(0.382207705064, 9);
});
