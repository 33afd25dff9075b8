import { candlesFrom, seeded } from 'tidegate';
import { expect, it } from 'vitest';
import changePoint from './change-point/index.ts';
import cusum from './cusum/index.ts';
import markovSwitching from './markov-switching/index.ts';
import mixture from './mixture/index.ts';

/** Candles whose returns have this drift and deviation at each row. */
function market(rows: number, at: (i: number) => readonly [drift: number, deviation: number]) {
  const rng = seeded('market');
  let price = 100;
  return candlesFrom(
    Array.from({ length: rows }, (_, i) => {
      const [drift, deviation] = at(i);
      price *= Math.exp(drift + deviation * rng.normal());
      return { time: i, open: price, high: price, low: price, close: price, volume: 1 };
    }),
  );
}
const calmAndWild = market(2400, (i) => [0, Math.floor(i / 300) % 2 === 0 ? 0.002 : 0.01]);
const shareRight = (state: Float64Array) => state.filter((s, i) => s === Math.floor(i / 300) % 2).length / state.length;

it('Markov switching tells calm from wild times', () => {
  const module = markovSwitching.create({ states: 2, restarts: 2, fitRows: 10_000, minDwell: 1, seed: 0 });
  module.fit!(calmAndWild);
  expect(module.states).toEqual(['calm', 'high-stress']);
  expect(shareRight(module.advance(calmAndWild).state)).toBeGreaterThan(0.95);
});

it('a mixture does so too, candle by candle', () => {
  const options = {
    states: 2,
    period: 10,
    covariance: 'full',
    restarts: 2,
    fitRows: 10_000,
    minDwell: 1,
    seed: 0,
  } as const;
  const module = mixture.create(options);
  module.fit!(calmAndWild);
  expect(shareRight(module.advance(calmAndWild).state)).toBeGreaterThan(0.9);
});

it('change points are seen soon after a burst of volatility, and not in a steady market', () => {
  const module = changePoint.create({ period: 200, meanRun: 250, longest: 300, recent: 10, threshold: 0.5 });
  const { state } = module.advance(market(1200, (i) => [0, i < 900 ? 0.002 : 0.02]));
  const first = state.findIndex((s, i) => s === 1 && i > 300);
  expect(first).toBeGreaterThanOrEqual(900);
  expect(first).toBeLessThan(912);
});

it('cumulative sums name the side on which the drift moved, for as long as they are told to', () => {
  const module = cusum.create({ slack: 1, threshold: 8, learning: 200, hold: 24 });
  const { state } = module.advance(market(700, (i) => [i < 400 ? 0 : i < 500 ? 0.006 : 0.0, 0.002]));
  expect(state.subarray(1, 400).every((s) => s === 0)).toBe(true);
  const up = state.indexOf(1);
  expect(up).toBeGreaterThanOrEqual(400);
  expect(up).toBeLessThan(410);
  expect(state.subarray(up, up + 24).every((s) => s === 1)).toBe(true);
});
