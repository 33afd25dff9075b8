import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { deflatedSharpe, expectedMaxSharpe, minTrackRecord, probabilisticSharpe } from './probabilistic-sharpe.ts';

const rng = seeded(11);
const returns = Float64Array.from({ length: 500 }, () => 0.001 + 0.01 * rng.normal());

it('is a coin toss against the Sharpe ratio seen', () => {
  const m = returns.reduce((a, b) => a + b) / 500;
  const sd = Math.sqrt(returns.reduce((a, b) => a + (b - m) ** 2, 0) / 499);
  expect(probabilisticSharpe(returns, m / sd)).toBe(0.5);
  expect(probabilisticSharpe(returns)).toBeGreaterThan(0.5);
});

it('deflates more the more was tried', () => {
  expect(expectedMaxSharpe(1, 0.01)).toBe(0);
  expect(deflatedSharpe(returns, 1, 0.001)).toBe(probabilisticSharpe(returns));
  expect(deflatedSharpe(returns, 1000, 0.001)).toBeLessThan(deflatedSharpe(returns, 10, 0.001));
});

it('needs just as many returns as make the confidence', () => {
  const n = minTrackRecord(returns, 0, probabilisticSharpe(returns));
  expect(n).toBeCloseTo(500, 6);
  expect(minTrackRecord(returns.map((r) => -r))).toBeNaN();
});

it('is undefined without deviation', () => {
  expect(probabilisticSharpe([0.01, 0.01, 0.01])).toBeNaN();
  expect(probabilisticSharpe([])).toBeNaN();
});
