import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BookEvents, EVENT, sliceEvents, validateEvents } from './book-events.ts';
import { PriceLadder } from './ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from './ladder-side.ts';
import { withOpeningBook } from './opening-book.ts';
import { randomMarket } from './random-market.ts';

/** The book that events leave behind. */
function bookOf({ length, kind, side, price, lots }: BookEvents): [number[][], number[][]] {
  const ladder = new PriceLadder();
  for (let i = 0; i < length; i++) {
    if (kind[i] === EVENT.clear) ladder.clear(side[i]! as 1 | -1 | 0, price[i]!);
    else if (kind[i] === EVENT.depth) ladder.set(side[i]!, price[i]!, lots[i]!);
  }
  const bids: number[][] = [];
  const asks: number[][] = [];
  for (let t = ladder.bestBid; t !== NO_LEVEL_BELOW; t = ladder.bids.next(t)) bids.push([t, ladder.bids.get(t)]);
  for (let t = ladder.bestAsk; t !== NO_LEVEL_ABOVE; t = ladder.asks.next(t)) asks.push([t, ladder.asks.get(t)]);
  return [bids, asks];
}

it('begins anywhere with the book that was there, in rows that can be traded on', () => {
  const events = randomMarket({ seed: 2, length: 3000 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2990 }), fc.integer({ min: 0, max: 2990 }), (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 5];
      const cut = withOpeningBook(events, from, to);
      validateEvents(cut);
      expect(bookOf(cut)).toEqual(bookOf(sliceEvents(events, 0, to)));
      const split = withOpeningBook(sliceEvents(events, from, to), 0, to - from, sliceEvents(events, 0, from));
      expect(bookOf(split)).toEqual(bookOf(cut));
    }),
    { numRuns: 30 },
  );
});
