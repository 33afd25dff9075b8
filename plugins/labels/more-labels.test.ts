import { candlesFrom } from 'tidegate';
import { expect, it } from 'vitest';
import breakout from './breakout/index.ts';
import metaLabel from './meta-label/index.ts';
import realisedVolatility from './realised-volatility/index.ts';
import trendScanning from './trend-scanning/index.ts';

const candles = (closes: readonly number[], volumes: readonly number[] = []) =>
  candlesFrom(
    closes.map((close, i) => ({ time: i, open: close, high: close, low: close, close, volume: volumes[i] ?? 1 })),
  );

it('realised volatility is the root of the squared log returns ahead', () => {
  const [first, , last] = realisedVolatility.create({ horizon: 2 }).label(candles([100, 110, 99]));
  expect(first).toBeCloseTo(Math.hypot(Math.log(1.1), Math.log(0.9)), 12);
  expect(last).toBeNaN();
});

it('trend scanning says where the clearest trend ahead goes; weak ones are none', () => {
  const closes = Array.from({ length: 60 }, (_, i) => (i < 30 ? 100 + i : 160 - i) + 0.1 * Math.sin(i * 2.4));
  const options = { shortest: 5, longest: 10, leastT: 0 };
  const found = trendScanning.create(options).label(candles(closes));
  expect([found[5], found[40]]).toEqual([1, -1]);
  expect(trendScanning.create({ ...options, leastT: 1e9 }).label(candles(closes))[5]).toBe(0);
});

it('a breakout is up or down by which edge is met first; with `spike`, only after heavy candles', () => {
  const closes = [100, 100, 101, 99, 100, 100];
  const options = { horizon: 2, share: 0.005, spike: 0, period: 2 };
  expect(Array.from(breakout.create(options).label(candles(closes)).subarray(0, 4))).toEqual([1, 1, -1, 1]);
  const volumes = [1, 1, 1, 9, 1, 1];
  const sampled = breakout.create({ ...options, spike: 3 }).label(candles(closes, volumes));
  expect(Array.from(sampled)).toEqual([Number.NaN, Number.NaN, Number.NaN, 1, Number.NaN, Number.NaN]);
});

it('a meta-label says whether the crossing that it was asked at made money', () => {
  // Falls, then rises for long: the crossing upwards gains.
  const closes = Array.from({ length: 120 }, (_, i) => (i < 60 ? 200 - i : 140 + 2 * (i - 60)) + 0.3 * Math.sin(i));
  const options = { fast: 3, slow: 8, profit: 2, stop: 2, horizon: 20, period: 10, events: 'crossings' } as const;
  const found = metaLabel.create(options).label(candles(closes));
  const asked = Array.from(found.entries()).filter(([i, y]) => !Number.isNaN(y) && i > 55);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked[0]![1]).toBe(1);
  const all = metaLabel.create({ ...options, events: 'all' }).label(candles(closes));
  expect(all.filter((y) => !Number.isNaN(y)).length).toBeGreaterThan(80);
});
