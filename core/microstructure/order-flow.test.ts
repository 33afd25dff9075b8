import { expect, it } from 'vitest';
import type { BookTop } from './book-top.ts';
import { Cvd } from './cvd.ts';
import { agreement } from './ensemble-agreement.ts';
import { lstmFallback } from './lstm-fallback.ts';
import { OrderFlowImbalance } from './ofi.ts';

function top(bid: number, bidSize: number, ask: number, askSize: number): BookTop {
  return { time: 0, bids: 1, asks: 1, bidPrice: [bid], bidSize: [bidSize], askPrice: [ask], askSize: [askSize] };
}

it('counts a level that moved as removed and added in full, mirrored for asks', () => {
  const ofi = new OrderFlowImbalance({ levels: 1 });
  ofi.update(top(99, 5, 101, 7));
  expect(ofi.raw).toBeNaN();
  const rawAfter = (next: BookTop) => {
    ofi.update(next);
    return ofi.raw;
  };
  expect(rawAfter(top(99, 8, 101, 7))).toBe(3);
  expect(rawAfter(top(100, 2, 101, 7))).toBe(2);
  expect(rawAfter(top(99, 9, 101, 7))).toBe(-2);
  expect(rawAfter(top(99, 9, 100, 4))).toBe(-4);
  expect(rawAfter(top(99, 9, 101, 6))).toBe(4);
});

it('does not take a gap in the feed for order flow', () => {
  const ofi = new OrderFlowImbalance({ levels: 1 });
  ofi.update(top(99, 5, 101, 7));
  ofi.update(top(99, 6, 101, 7));
  ofi.forgetBook();
  ofi.update(top(50, 100, 51, 100));
  expect(ofi.raw).toBe(1);
});

it('sees price rise on falling delta as bearish, and the mirror as bullish', () => {
  const feed = (prices: number[], sides: number[]) => {
    const cvd = new Cvd({ bucketMs: 1000, buckets: 4 });
    prices.forEach((price, i) => {
      cvd.add(i * 1000, price, 2, sides[i]!);
    });
    return cvd;
  };
  const bearish = feed([100, 101, 102, 103], [1, 1, -1, -1]);
  expect([bearish.divergence, bearish.isOverriding, bearish.windowDelta]).toEqual([-1, true, 0]);
  expect(feed([103, 102, 101, 100], [-1, 1, 1, 1]).divergence).toBe(0.5);
  expect(feed([100, 101, 102, 103], [-1, -1, 1, 1]).divergence).toBe(0);
  expect(feed([100, 101, 102], [1, 1, -1]).divergence).toBe(0);
});

it('forgets buckets that left the window and keeps the total', () => {
  const cvd = new Cvd({ bucketMs: 1000, buckets: 4 });
  for (let i = 0; i < 10; i++) cvd.add(i * 1000, 100, 1, 1);
  expect([cvd.value, cvd.windowDelta]).toEqual([10, 4]);
});

it('asks for agreement: full, none and silent ensembles', () => {
  expect(agreement([0.5, 0.5], [0.5, 0.5])).toEqual({ direction: 0.5, confidence: 1, accepted: true });
  expect(agreement([1, -1], [0.5, 0.5])).toEqual({ direction: 0, confidence: 0, accepted: false });
  expect(agreement([0, 0], [0.5, 0.5])).toEqual({ direction: 0, confidence: 0, accepted: false });
  expect(() => agreement([1], [])).toThrow('MICRO_OPTION');
});

it('falls back to the squashed mean of what is known', () => {
  expect(lstmFallback([1, Number.NaN, 3])).toBe(Math.tanh(2));
  expect(lstmFallback([])).toBe(0);
});
