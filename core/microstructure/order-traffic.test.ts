import { describe, expect, it } from 'vitest';
import { fillProbability } from './fill-probability.ts';
import { Flicker } from './flicker.ts';
import { Footprint, type FootprintCandle } from './footprint.ts';
import { LiquidationCascade } from './liquidation-cascade.ts';
import { TradeIntensity } from './trade-intensity.ts';
import { TradeStats } from './trade-stats.ts';

const top = (time: number, bids: readonly (readonly [number, number])[]) => ({
  time,
  bids: bids.length,
  asks: 1,
  bidPrice: bids.map(([p]) => p),
  bidSize: bids.map(([, s]) => s),
  askPrice: [101],
  askSize: [1],
});

describe('flicker', () => {
  it('is 0 where size leaves only by trading and 1 where it is pulled', () => {
    const traded = new Flicker('bid');
    traded.update(top(0, [[100, 5]]));
    traded.onTrade(3);
    traded.update(top(0, [[100, 2]]));
    expect(traded.score).toBe(0);
    const pulled = new Flicker('bid');
    pulled.update(
      top(0, [
        [100, 5],
        [99, 5],
      ]),
    );
    pulled.update(
      top(0, [
        [100, 1],
        [99, 5],
      ]),
    );
    expect(pulled.score).toBe(1);
  });

  it('does not take a level that leaves the view for one that was pulled', () => {
    const flicker = new Flicker('bid', { levels: 2 });
    flicker.update(
      top(0, [
        [100, 5],
        [99, 5],
      ]),
    );
    flicker.update(
      top(0, [
        [101, 1],
        [100, 5],
      ]),
    );
    expect(flicker.score).toBeNaN();
  });

  it('goes on to the same bits after a restart', () => {
    const a = new Flicker('bid');
    a.update(top(0, [[100, 5]]));
    const b = new Flicker('bid');
    b.load(a.save());
    for (const f of [a, b]) f.update(top(10, [[100, 3]]));
    expect(b.save()).toEqual(a.save());
    expect(b.score).toBe(1);
  });
});

describe('footprint', () => {
  const made = (trades: readonly (readonly [number, number, number, number])[]) => {
    const candles: FootprintCandle[] = [];
    const footprint = new Footprint({ candleMs: 1000, priceStep: 1, stack: 2 }, (c) => candles.push(c));
    for (const [time, price, size, side] of trades) footprint.add(time, price, size, side);
    footprint.flush();
    return candles;
  };

  it('keeps bought and sold volume by price, delta and its extremes', () => {
    const [candle] = made([
      [0, 10, 2, 1],
      [1, 10, 1, -1],
      [2, 11, 4, -1],
    ]);
    expect(candle).toMatchObject({
      open: 10,
      high: 11,
      low: 10,
      close: 11,
      volume: 7,
      delta: -3,
      maxDelta: 2,
      minDelta: -3,
    });
    expect(candle!.levels).toEqual([
      { price: 10, bought: 2, sold: 1 },
      { price: 11, bought: 0, sold: 4 },
    ]);
  });

  it('finds stacked imbalances on the diagonal', () => {
    const [candle] = made([
      [0, 9, 1, -1],
      [0, 10, 5, 1],
      [0, 10, 1, -1],
      [0, 11, 5, 1],
    ]);
    expect(candle!.stackedBuys).toEqual([10]);
    expect(candle!.stackedSells).toEqual([]);
  });

  it('opens a candle per period with trades', () => {
    expect(
      made([
        [0, 10, 1, 1],
        [2500, 11, 1, 1],
      ]).map((c) => c.time),
    ).toEqual([0, 2000]);
  });
});

it('calls a run of large liquidations of one side a cascade, until it pauses', () => {
  const cascade = new LiquidationCascade();
  for (let i = 0; i < 5; i++) cascade.add(i * 60_000, 100, 1, i % 2 ? 1 : -1);
  expect(cascade.add(1e6, 100, 4, -1)).toBe(false);
  expect(cascade.add(1e6 + 1000, 99, 4, -1)).toBe(false);
  expect(cascade.add(1e6 + 2000, 98, 4, -1)).toBe(true);
  expect(cascade.side).toBe(-1);
  expect(cascade.isActive(1e6 + 7001)).toBe(false);
});

it('measures sizes and arrivals over a window', () => {
  const stats = new TradeStats({ window: 3 });
  for (const [time, size] of [
    [0, 100],
    [1000, 1],
    [2000, 2],
    [2000, 3],
  ] as const)
    stats.add(time, size);
  expect([stats.meanSize, stats.sizeDeviation, stats.perSecond]).toEqual([2, 1, 1.5]);
  expect(stats.clustering).toBeCloseTo(0.5, 12);
});

describe('fill probability', () => {
  const base = { size: 1, volumePerMs: 0.01, meanTradeSize: 1, horizonMs: 1000 };
  it('falls with what stands ahead and rises with time', () => {
    const at = (ahead: number, horizonMs = 1000) => fillProbability({ ...base, ahead, horizonMs });
    expect(at(0)).toBeGreaterThan(at(5));
    expect(at(5)).toBeGreaterThan(at(20));
    expect(at(5, 5000)).toBeGreaterThan(at(5));
  });

  it('is that of the gamma distribution: one minus exp(-x) at shape 1', () => {
    // Mean 2, trade size 1: shape 1, scale 2.
    expect(fillProbability({ ahead: 3, size: 1, volumePerMs: 0.002, meanTradeSize: 1, horizonMs: 1000 })).toBeCloseTo(
      Math.exp(-2),
      12,
    );
  });

  it('knows nothing without trades', () => {
    expect(fillProbability({ ...base, ahead: 1, volumePerMs: 0 })).toBeNaN();
  });
});

it('finds the decay of trade intensity with distance', () => {
  const intensity = new TradeIntensity({ bucketBps: 1, halfLife: 1e9 });
  // Distances drawn from an exponential distribution with mean 0.05 by its quantiles: k = 20.
  intensity.advanceTo(0, 100);
  const order = Array.from({ length: 2000 }, (_, i) => ((i * 787) % 2000) / 2000);
  for (const [i, p] of order.entries()) {
    intensity.onTrade(100 - Math.log(1 - p) * 0.05, 1);
    intensity.onTrade(100 + Math.log(1 - p) * 0.05, -1);
    intensity.advanceTo((i + 1) * 1000, 100);
  }
  expect(intensity.fit.k).toBeGreaterThan(18);
  expect(intensity.fit.k).toBeLessThan(32);
  expect(new TradeIntensity().fit.k).toBeNaN();
});
