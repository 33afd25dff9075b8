import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { runFeature } from '../feature.ts';
import { sampleCandles } from '../math/sample-candles.ts';
import { accbands } from './accbands.ts';

it('obeys the kernel contract', () => {
  expect(checkFeature(accbands)).toEqual([]);
  expect(checkFeature(accbands, { options: { period: 9 } })).toEqual([]);
});

it('gives the values of TA-Lib 0.8.1', () => {
  const c = sampleCandles();
  const [upper, middle, lower] = runFeature(accbands.definition, { period: 9 }, [c.high, c.low, c.close]);
  expect([upper![119], upper![63]].map((x) => x!.toFixed(9))).toEqual(['119.436936974', '119.195906670']);
  expect([middle![119], middle![63]].map((x) => x!.toFixed(9))).toEqual(['107.388888889', '108.541666667']);
  expect([lower![119], lower![63]].map((x) => x!.toFixed(9))).toEqual(['95.825825863', '97.876462226']);
});

it('candles without prices have no width', () => {
  const zero = new Float64Array(5);
  expect(runFeature(accbands.definition, { period: 2 }, [zero, zero, zero]).map((x) => x[4])).toEqual([0, 0, 0]);
});
