import { expect, it } from 'vitest';
import { seeded } from '../foundation/rng.ts';
import { EVENT, EventBuilder, SEE, validateEvents } from './book-events.ts';
import { conflated } from './conflate.ts';
import { PriceLadder } from './ladder.ts';
import { randomMarket } from './random-market.ts';

const market = randomMarket({ seed: 3, length: 20_000 });

it('changes nothing without a window', () => {
  expect(conflated(market, 0)).toBe(market);
});

it('is made once for a part and a window, however many runs there are', () => {
  expect(conflated(market, 50e6)).toBe(conflated(market, 50e6));
  expect(conflated(market, 50e6).length).not.toBe(conflated(market, 500e6).length);
});

it('drops exactly the changes that another one of their level follows in the same window, clears between them apart', () => {
  const builder = new EventBuilder(0);
  const rng = seeded('levels');
  for (let k = 0; k < 30_000; k++) {
    const kind = rng.next() < 0.001 ? EVENT.clear : rng.next() < 0.1 ? EVENT.trade : EVENT.depth;
    const side = kind === EVENT.clear ? 0 : rng.next() < 0.5 ? 1 : -1;
    builder.push(1 + rng.int(3), kind, side, k * 1e5 + rng.int(3e5), k * 1e5, 1 + rng.int(6000), 1 + k);
  }
  const all = builder.events();
  const later = new Map<string, number>();
  const kept: number[] = [];
  for (let i = all.length - 1; i >= 0; i--) {
    if (all.kind[i] === EVENT.clear) later.clear();
    const level = `${all.price[i]} ${all.side[i]} ${all.see[i]}`;
    const window = Math.floor(all.exchangeTime[i]! / 7e6);
    if (all.kind[i] === EVENT.depth && later.get(level) === window) continue;
    if (all.kind[i] === EVENT.depth) later.set(level, window);
    kept.push(all.lots[i]!);
  }
  expect([...conflated(all, 7e6).lots]).toEqual(kept.reverse());
  expect(kept.length).toBeLessThan(all.length);
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
      ladder.set(events.side[i]!, events.price[i]!, events.lots[i]!);
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
