import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomMarket } from '../../book/random-market.ts';
import { openCatalogue } from '../../data/catalogue/catalogue.ts';
import { writeTickDay } from '../../data/ticks/tick-store.ts';
import { ReplayExchange } from '../../exchange/replay/replay-exchange.ts';
import { recordedListings } from './recorded-listings.ts';

const root = mkdtempSync(join(tmpdir(), 'tidegate-recording-'));
afterAll(() => rmSync(root, { recursive: true }));
const pair = 'BTC/USDT:USDT';
/** 2023-11-14 22:13:20 UTC, 20 s of events. */
const events = randomMarket({ seed: 4, length: 10_000 });
beforeAll(() =>
  writeTickDay(root, { exchange: 'binance', pair }, '2023-11-14', events, { tickSize: 0.1, lotSize: 0.001 }),
);

const choice = { lengthMs: 86_400_000, queue: 'riskAverse' };
async function exchangeOf(parts: { readonly start?: number }) {
  const data = await openCatalogue(root);
  const { listings, start } = await recordedListings({ data, ...choice, ...parts });
  const keys: never[] = [];
  return new ReplayExchange({ listings, seed: 1, startTime: start, stepMs: 100, keys, sessionClock: () => 0 });
}
const market = (exchange: ReplayExchange) => exchange.markets('futures').get('BTCUSDT')!;

it('plays stored ticks from their first row on, without any candles', async () => {
  const exchange = await exchangeOf({});
  expect(exchange.now).toBe(events.originMs);
  exchange.advance(25_000);
  const { trades, book, klines } = market(exchange);
  const kind = [...events.kind];
  expect(trades.length).toBe(kind.filter((k) => k === 1).length);
  expect(book.bestBid).toBeLessThan(book.bestAsk);
  expect(klines.at(-1)!.volume).toBeGreaterThan(0);
});

it('begins in the middle with the book as it stood then', async () => {
  const start = events.originMs + 10_000;
  const [late, early] = [await exchangeOf({ start }), await exchangeOf({})];
  late.advance(500);
  early.advance(10_500);
  expect(market(late).book.levels(1)).toEqual(market(early).book.levels(1));
  expect(market(late).book.levels(-1)).toEqual(market(early).book.levels(-1));
});

it('says what is missing', async () => {
  const data = await openCatalogue(root);
  const wrong = { data, ...choice, pairs: ['ETH/USDT:USDT'] };
  await expect(recordedListings(wrong)).rejects.toThrow('TICKS_MISSING');
  await expect(recordedListings({ data, ...choice, queue: 'fifo' })).rejects.toThrow('BOOK_QUEUE_UNKNOWN');
});
