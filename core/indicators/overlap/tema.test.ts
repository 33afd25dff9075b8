import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { tema } from './tema.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(tema)).toEqual([]);
  expect(checkFeature(tema, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(tema.definition, { period: 9 }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(110.279120659, 9);
  expect(outputs[0]![118]).toBeCloseTo(109.131167723, 9);
  expect(outputs[0]![63]).toBeCloseTo(110.934193353, 9);
});
