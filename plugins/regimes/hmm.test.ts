import { candlesFrom, seeded } from 'tidegate';
import { expect, it } from 'vitest';
import hmm from './hmm/index.ts';

/** Stretches of 300 candles each: rising calmly, going nowhere, wild, and again. */
function market() {
  const rng = seeded('regimes');
  let price = 100;
  const kinds = [
    [0.002, 0.002],
    [0, 0.002],
    [0, 0.02],
  ] as const;
  return candlesFrom(
    Array.from({ length: 3600 }, (_, i) => {
      const [drift, deviation] = kinds[Math.floor(i / 300) % 3]!;
      price *= Math.exp(drift + deviation * rng.normal());
      return { time: i, open: price, high: price, low: price, close: price, volume: 1 };
    }),
  );
}

it('learns trend, chop and high stress from candles, and names them', () => {
  const module = hmm.create(hmm.options.parse({}));
  expect(module.states).toEqual(['trend', 'chop', 'high-stress']);
  const candles = market();
  module.fit!(candles);
  const { state } = module.advance(candles);
  const right = state.filter((s, i) => s === Math.floor(i / 300) % 3).length / state.length;
  expect(right).toBeGreaterThan(0.85);
});

it('says nothing before it was fitted', () => {
  expect(() => hmm.create(hmm.options.parse({})).advance(market())).toThrow(/REGIME_NOT_FITTED/);
});
