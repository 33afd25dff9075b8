import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { ppo } from './ppo.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(ppo)).toEqual([]);
  expect(checkFeature(ppo, { options: { fast: 9, slow: 4, maType: 'sma' } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const outputs = runFeature(ppo.definition, { fast: 9, slow: 4, maType: 'sma' }, [c.close]);
  expect(outputs[0]![119]).toBeCloseTo(1.67485773409, 9);
  expect(outputs[0]![118]).toBeCloseTo(1.50594622544, 9);
  expect(outputs[0]![63]).toBeCloseTo(1.97696737044, 9);
});
