import { expect, it } from 'vitest';
import { EVENT, SEE, validateEvents } from './book-events.ts';
import { conflated } from './conflate.ts';
import { PriceLadder } from './ladder.ts';
import { randomMarket } from './random-market.ts';

const market = randomMarket({ seed: 3, length: 20_000 });

it('changes nothing without a window', () => {
  expect(conflated(market, 0)).toBe(market);
});

it('keeps every trade, both orders, and the book at the end of each window', () => {
  const windowNs = 100e6;
  const thin = conflated(market, windowNs);
  validateEvents(thin);
  expect(thin.length).toBeLessThan(market.length);
  const trades = (events: typeof market) => [...events.kind].filter((k) => k === EVENT.trade).length;
  expect(trades(thin)).toBe(trades(market));
  const booksAt = (events: typeof market) => {
    const ladder = new PriceLadder();
    const found = new Map<number, string>();
    for (let i = 0; i < events.length; i++) {
      if (!(events.see[i]! & SEE.exchange) || events.kind[i] !== EVENT.depth) continue;
      if (events.side[i]! > 0) ladder.setBid(events.price[i]!, events.lots[i]!);
      else ladder.setAsk(events.price[i]!, events.lots[i]!);
      found.set(
        Math.floor(events.exchangeTime[i]! / windowNs),
        `${ladder.bestBid} ${ladder.bids.get(ladder.bestBid)} ${ladder.bestAsk}`,
      );
    }
    return found;
  };
  const full = booksAt(market);
  for (const [window, book] of booksAt(thin)) expect(book).toBe(full.get(window));
});
