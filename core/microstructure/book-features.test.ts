import { expect, it } from 'vitest';
import {
  bookShape,
  bookVwap,
  imbalanceAtLevels,
  imbalanceWithin,
  queueImbalance,
  weightedMid,
} from './book-imbalance.ts';
import type { BookTop } from './book-top.ts';
import { Liquidity, slippage } from './liquidity.ts';
import { LobFeatures } from './lob-features.ts';
import { MicroRegime } from './micro-regime.ts';
import { Microprice } from './microprice.ts';

const book: BookTop = {
  time: 1000,
  bids: 3,
  asks: 3,
  bidPrice: [99, 98, 97],
  bidSize: [1, 2, 3],
  askPrice: [101, 102, 103],
  askSize: [3, 2, 1],
};
const scaled = (factor: number): BookTop => ({ ...book, bidSize: book.bidSize, askSize: [3 * factor, 2, 1] });
const empty: BookTop = { ...book, bids: 0, asks: 0 };

it('measures imbalance at the best prices, over levels and within a distance', () => {
  expect(queueImbalance(book)).toBe(-0.5);
  expect(imbalanceAtLevels(book, 2)).toBe(-0.25);
  expect(imbalanceAtLevels(book, 9)).toBe(0);
  expect(imbalanceWithin(book, 100)).toBe(-0.5);
  expect(imbalanceWithin(book, 200)).toBe(-0.25);
  expect(queueImbalance(empty)).toBe(0);
});

it('leans the weighted mid away from the thick side', () => {
  expect(weightedMid(book)).toBe(99.5);
  expect(weightedMid(empty)).toBeNaN();
  expect(bookVwap(book, 'bid', 2)).toBeCloseTo(295 / 3, 12);
});

it('finds slope and convexity of depth: a straight build-up has no convexity', () => {
  const even: BookTop = { ...book, askSize: [2, 2, 2] };
  const shape = bookShape(even, 'ask', 3);
  expect(shape.slope).toBeCloseTo(0.02, 12);
  expect(shape.convexity).toBeCloseTo(0, 10);
  expect(bookShape(book, 'bid', 3).convexity).toBeGreaterThan(0);
});

it('prices a market order by walking the book and says how much of it fits', () => {
  const cost = slippage(book, 'buy', 4);
  expect(cost).toEqual({ vwap: 101.25, bpsVsMid: 125, bpsVsBest: (0.25 / 101) * 10_000, filled: 1 });
  expect(slippage(book, 'sell', 12).filled).toBe(0.5);
  expect(slippage(empty, 'sell', 1).vwap).toBeNaN();
});

it('calls a 30 % drop of depth a shock and a book at its average half resilient', () => {
  const liquidity = new Liquidity({ resilienceAlpha: 0.1, shockThreshold: 0.3 });
  for (let i = 0; i < 5; i++) liquidity.update(book);
  expect([liquidity.resilience, liquidity.isDepthShock]).toEqual([0.5, false]);
  liquidity.update({ ...book, bidSize: [1, 1, 1], askSize: [1, 1, 1] });
  expect(liquidity.isDepthShock).toBe(true);
  expect(liquidity.resilience).toBeLessThan(0.5);
});

it('zeroes the book vector when the feed is stale and skips crossed books', () => {
  const lob = new LobFeatures({ maxAgeMs: 500 });
  lob.update(book);
  lob.update(scaled(2));
  expect(lob.update({ ...book, bidPrice: [102, 98, 97] })).toBe(false);
  const out = new Float64Array(21).fill(7);
  expect(lob.read(1500, out)).toBe(true);
  expect(out[5]).toBeCloseTo(Math.SQRT1_2, 12);
  expect(lob.read(1501, out)).toBe(false);
  expect(out.every((x) => x === 0)).toBe(true);
});

it('multiplies the three axes, floors at 0.2, and turns quiet when time passes', () => {
  const regime = new MicroRegime();
  const tight: BookTop = { ...book, bidPrice: [99.99, 98, 97], askPrice: [100.01, 102, 103], bidSize: [2000, 1, 1] };
  for (let i = 0; i < 60; i++) regime.update({ ...tight, time: i * 50 });
  expect([regime.spread, regime.depth, regime.activity, regime.multiplier]).toEqual(['Tight', 'Thick', 'Active', 1]);
  regime.advanceTo(60_000);
  expect([regime.activity, regime.multiplier]).toEqual(['Quiet', 0.5]);
  regime.update(book);
  expect([regime.spread, regime.depth, regime.multiplier]).toEqual(['Wide', 'Thin', 0.2]);
});

it('counts depth on the border of its band, whatever rounding the border has', () => {
  // 100 × (1 + 50 / 10,000) is 100.49999999999999 in doubles.
  const top: BookTop = { ...book, bidPrice: [99.75, 99.5, 99.25], askPrice: [100.25, 100.5, 100.75] };
  const regime = new MicroRegime({ nearBps: 50 });
  regime.update(top);
  expect(regime.depthNotional).toBe(99.75 + 2 * 99.5 + 3 * 100.25 + 2 * 100.5);
});

it('keeps count of more updates than its first buffer holds', () => {
  const regime = new MicroRegime({ activityWindowMs: 1e9 });
  for (let i = 0; i < 5000; i++) regime.update({ ...book, time: i });
  expect(regime.updatesPerSecond).toBe(0.005);
});

it('learns that mid moves towards the thin side', () => {
  const microprice = new Microprice({ priceTick: 1, buckets: 2, maxSpreadTicks: 2 });
  const quote = (bid: number, bidSize: number, askSize: number): BookTop => ({
    time: 0,
    bids: 1,
    asks: 1,
    bidPrice: [bid],
    bidSize: [bidSize],
    askPrice: [bid + 1],
    askSize: [askSize],
  });
  // A thick bid is followed by a rise of one tick into a balanced-looking thin bid, which stays or rises again.
  for (let i = 0; i < 200; i++) {
    microprice.observe(quote(100 + Math.floor(i / 2), i % 2 ? 9 : 1, i % 2 ? 1 : 9));
  }
  microprice.fit();
  const up = microprice.adjustment(quote(100, 9, 1));
  expect(up).toBeGreaterThan(0);
  expect(microprice.adjustment(quote(100, 1, 9))).toBeCloseTo(-up, 9);
  expect(microprice.adjustment(empty)).toBeNaN();
});
