import { describe, expect, it } from 'vitest';
import { MicroMarket } from './micro-market.ts';

const book = (time: number, bid = 100, ask = 100.1, size = 5) => ({
  time,
  bids: 2,
  asks: 2,
  bidPrice: [bid, bid - 0.1],
  bidSize: [size, 5],
  askPrice: [ask, ask + 0.1],
  askSize: [size, 5],
});

describe('the features of a market', () => {
  it('knows the state of its book', () => {
    const micro = new MicroMarket({ staleAfterMs: 1000 });
    expect(micro.stateAt(0)).toBe('empty');
    micro.onBook(book(0));
    expect([micro.stateAt(1000), micro.stateAt(1001)]).toEqual(['live', 'stale']);
    micro.onBook(book(2000, 101, 100));
    expect(micro.stateAt(2000)).toBe('crossed');
    micro.onGap();
    expect(micro.stateAt(2000)).toBe('empty');
  });

  it('calibrates the VPIN bucket to a fiftieth of the volume of its window', () => {
    const micro = new MicroMarket({ vpin: { windowMs: 50_000, calibrateMs: 10_000 } });
    for (let t = 0; t <= 9000; t += 1000) micro.onTrade(t, 100, 2, 1);
    expect(micro.vpin).toBeNull();
    micro.onTrade(10_000, 100, 2, 1);
    expect(micro.vpin!.bucketVolume).toBeCloseTo((22 / 10_000) * 1000, 12);
  });

  it('samples mids on a clock: the mid that held until then counts', () => {
    const micro = new MicroMarket({ hurst: { sampleMs: 1000 } });
    micro.onBook(book(0, 100, 100.1));
    for (let s = 1; s <= 20; s++) micro.onBook(book(s * 1000 + 500, 100 + (s % 2), 100.1 + (s % 2)));
    // The change of one every second: a deviation of one per square root of a second.
    expect(micro.volatility).toBeCloseTo(1, 1);
  });

  it('warns while it cannot be relied on', () => {
    const micro = new MicroMarket();
    expect(micro.warnings(0)).toEqual([
      'the book is empty',
      'VPIN has not filled its buckets yet',
      'Hurst has too few samples',
    ]);
  });

  it('classifies trades by the quote before them', () => {
    const micro = new MicroMarket({ classifier: { mode: 'leeReady' } });
    micro.onBook(book(0));
    expect(micro.onTrade(1, 100.1, 1, 0)).toBe(1);
    expect(micro.onTrade(2, 100, 1, 0)).toBe(-1);
    expect(micro.cvd.value).toBe(0);
    expect(micro.agreementOf([1, 1]).accepted).toBe(true);
    expect(micro.agreementOf([1, -1]).accepted).toBe(false);
  });
});
