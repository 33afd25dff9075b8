import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PriceLadder } from './ladder.ts';
import { LadderSide, NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from './ladder-side.ts';
import { TopView } from './top-view.ts';

it('agrees with a plain map, inside and outside its window, wherever the window moves', () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), tick: fc.integer({ min: 0, max: 600 }), lots: fc.nat(3) }),
    fc.record({ kind: fc.constant('centre' as const), tick: fc.integer({ min: 0, max: 600 }), lots: fc.constant(0) }),
  );
  const sign = fc.constantFrom(1 as const, -1 as const);
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 120 }),
      fc.integer({ min: -5, max: 605 }),
      sign,
      (actions, probe, sign) => {
        const side = new LadderSide(64, sign);
        const model = new Map<number, number>();
        for (const { kind, tick, lots } of actions) {
          if (kind === 'centre') side.centre(sign * tick);
          else {
            expect(side.setKey(sign * tick, lots)).toBe(model.get(tick) ?? 0);
            if (lots === 0) model.delete(tick);
            else model.set(tick, lots);
          }
        }
        const ticks = [...model.keys()];
        expect(side.count).toBe(model.size);
        expect(side.get(probe)).toBe(model.get(probe) ?? 0);
        if (sign > 0) expect(side.next(probe)).toBe(Math.max(NO_LEVEL_BELOW, ...ticks.filter((t) => t < probe)));
        else expect(side.next(probe)).toBe(Math.min(NO_LEVEL_ABOVE, ...ticks.filter((t) => t > probe)));
      },
    ),
    { numRuns: 500 },
  );
});

it('keeps its best prices as a book from maps does, whichever updates cross it', () => {
  const update = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 400 }), fc.nat(2));
  fc.assert(
    fc.property(fc.array(update, { maxLength: 200 }), (updates) => {
      const ladder = new PriceLadder(64);
      const bids = new Map<number, number>();
      const asks = new Map<number, number>();
      let bestBid = NO_LEVEL_BELOW;
      let bestAsk = NO_LEVEL_ABOVE;
      const below = (tick: number) => Math.max(NO_LEVEL_BELOW, ...[...bids.keys()].filter((t) => t < tick));
      const above = (tick: number) => Math.min(NO_LEVEL_ABOVE, ...[...asks.keys()].filter((t) => t > tick));
      for (const [isBid, tick, lots] of updates) {
        const side = isBid ? bids : asks;
        if (lots === 0) side.delete(tick);
        else side.set(tick, lots);
        if (isBid) {
          ladder.set(1, tick, lots);
          if (lots === 0 && tick === bestBid) bestBid = below(tick);
          if (lots > 0 && tick > bestBid) {
            bestBid = tick;
            if (bestAsk <= tick) bestAsk = above(tick);
          }
        } else {
          ladder.set(-1, tick, lots);
          if (lots === 0 && tick === bestAsk) bestAsk = above(tick);
          if (lots > 0 && tick < bestAsk) {
            bestAsk = tick;
            if (bestBid >= tick) bestBid = below(tick);
          }
        }
        expect([ladder.bestBid, ladder.bestAsk]).toEqual([bestBid, bestAsk]);
      }
    }),
    { numRuns: 300 },
  );
});

it('moves the best ask above a bid that crosses it and keeps the levels passed over', () => {
  const ladder = new PriceLadder();
  ladder.set(-1, 101, 5);
  ladder.set(-1, 103, 6);
  ladder.set(1, 102, 1);
  expect([ladder.bestBid, ladder.bestAsk, ladder.asks.get(101)]).toEqual([102, 103, 5]);
  ladder.clear(1);
  expect([ladder.bestBid, ladder.bestAsk, ladder.hasBoth]).toEqual([NO_LEVEL_BELOW, 103, false]);
});

it('follows a price that walks out of its window', () => {
  const ladder = new PriceLadder(64);
  for (let tick = 1000; tick < 3000; tick += 7) {
    ladder.set(1, tick, 2);
    ladder.set(-1, tick + 3, 1);
    ladder.set(-1, tick + 3, 0);
  }
  expect(ladder.bestBid).toBe(2995);
  expect(ladder.bids.count).toBe(286);
  expect(ladder.bids.next(1007)).toBe(1000);
});

it('shows its best levels in prices and amounts, in the same arrays each time', () => {
  const ladder = new PriceLadder();
  const view = new TopView(ladder, 2, { tickSize: 0.5, lotSize: 0.1 });
  const array = view.bidPrice;
  for (const [tick, lots] of [
    [100, 10],
    [98, 20],
    [90, 30],
  ] as const)
    ladder.set(1, tick, lots);
  ladder.set(-1, 101, 7);
  view.refresh(5);
  expect([view.time, view.bids, view.asks]).toEqual([5, 2, 1]);
  expect([...view.bidPrice, ...view.bidSize]).toEqual([50, 49, 1, 2]);
  expect(view.askPrice[0]).toBe(50.5);
  expect(view.bidPrice).toBe(array);
});

it('refuses a window that is no power of two', () => {
  expect(() => new LadderSide(100, 1)).toThrow('power of two');
});
