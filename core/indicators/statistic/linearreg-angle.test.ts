import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { linearregAngle } from './linearreg-angle.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(linearregAngle)).toEqual([]);
  expect(checkFeature(linearregAngle, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(linearregAngle.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(40.9824789563, 9);
  expect(outputs[0]![118]).toBeCloseTo(17.3540246363, 9);
  expect(outputs[0]![63]).toBeCloseTo(24.524842886, 9);
});
