import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomMarket } from '../../book/random-market.ts';
import { openCatalogue } from '../../data/catalogue/catalogue.ts';
import { writeTickDay } from '../../data/ticks/tick-store.ts';
import { pairToFileName } from '../../domain/instrument.ts';
import { Pace } from '../../exchange/replay/pace.ts';
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
async function exchangeOf(parts: { readonly start?: number; readonly lengthMs?: number }, folder = root) {
  const data = await openCatalogue(folder);
  const { listings, start } = await recordedListings({ data, ...choice, ...parts });
  const keys: never[] = [];
  return new ReplayExchange({
    listings,
    seed: 1,
    startTime: start,
    stepMs: parts.lengthMs ? 15_000 : 100,
    keys,
    sessionClock: () => 0,
  });
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

const DAY_MS = 86_400_000;
/** Five days in a folder of their own, each with the same 20 s; the last one's file is cut off after the start. */
async function fiveDays() {
  const folder = mkdtempSync(join(root, 'days-'));
  for (let k = 0; k < 5; k++) {
    const day = new Date(Date.UTC(2023, 10, 14 + k)).toISOString().slice(0, 10);
    const later = { ...events, originMs: events.originMs + k * DAY_MS };
    await writeTickDay(folder, { exchange: 'binance', pair }, day, later, { tickSize: 0.1, lotSize: 0.001 });
  }
  const exchange = await exchangeOf({ lengthMs: 10 * DAY_MS }, folder);
  writeFileSync(join(folder, 'binance', pairToFileName(pair), 'ticks', '2023-11-18.parquet'), 'cut off');
  return exchange;
}
/** ms UTC of the last trade on the first day. */
const lastTrade = Math.floor(events.originMs + events.exchangeTime[[...events.kind].lastIndexOf(1)]! / 1e6);

it('reads a day when market time comes near it: the damaged fifth stops it at the end of the fourth, by name', async () => {
  const exchange = await fiveDays();
  const { trades } = market(exchange);
  await exchange.advanceReading(60_000);
  expect(trades.at(-1)!.time).toBe(lastTrade);
  await exchange.advanceReading(2 * DAY_MS);
  expect(trades.at(-1)!.time).toBe(lastTrade + 2 * DAY_MS);
  await expect(exchange.advanceReading(DAY_MS)).rejects.toThrow('2023-11-18.parquet');
  expect(exchange.now).toBeGreaterThan(events.originMs + 3 * DAY_MS - 60_000);
}, 20_000);

it('stops the clock where a day cannot be read, and says so', async () => {
  const exchange = await fiveDays();
  await exchange.advanceReading(3 * DAY_MS - 60_000);
  let wall = 0;
  const pace = new Pace(
    exchange,
    () => {
      wall += 1;
      return wall;
    },
    (error) => failed(error),
  );
  let failed: (error: Error) => void = () => {};
  const error = await new Promise<Error>((done) => {
    failed = done;
    pace.start(10_000);
  });
  expect(error.message).toContain('2023-11-18.parquet');
  expect(pace.speed).toBe(0);
}, 20_000);
