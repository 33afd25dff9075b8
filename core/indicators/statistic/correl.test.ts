import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { correl } from './correl.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(correl)).toEqual([]);
  expect(checkFeature(correl, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(correl.definition, { period: 9 }, [c.close, c.volume]);
  expect(outputs[0]![119]).toBeCloseTo(0.205451561272, 9);
  expect(outputs[0]![118]).toBeCloseTo(-0.0829103138902, 9);
  expect(outputs[0]![63]).toBeCloseTo(0.3946430402, 9);
});
