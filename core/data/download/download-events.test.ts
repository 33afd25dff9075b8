import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openCatalogue } from '../catalogue/catalogue.ts';
import { stepCandles } from '../step-candles.ts';
import { BINANCE_FUTURES_COSTS } from './costs.ts';
import { download, limiterFor } from './download.ts';
import type { DownloadRequest } from './download-context.ts';
import { planDownload } from './plan-download.ts';
import { type DownloadSource, RequestFailure } from './source.ts';

const temporary = mkdtempSync(join(tmpdir(), 'events-'));
afterAll(() => rmSync(temporary, { recursive: true }));

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1);
const PAIR = 'BTC/USDT:USDT';

/** An exchange with a trade every ten minutes and a payment every eight hours since `listed`; `fail` may throw for the n-th request (from 1). */
async function exchange({ listed = START, fail = (_: number) => {} } = {}) {
  const asked: number[] = [];
  const every = (step: number, since: number, count: number) => {
    const first = Math.ceil(Math.max(since, listed) / step) * step;
    return Array.from({ length: count }, (_, i) => first + i * step);
  };
  const ask = (since: number) => {
    asked.push(since);
    fail(asked.length);
  };
  const source: DownloadSource = {
    exchange: 'binance',
    costs: BINANCE_FUTURES_COSTS,
    candleLimit: 1000,
    now: async () => START + 400 * DAY,
    candles: async () => [],
    openInterest: async () => [],
    specs: async () => [],
    book: async () => ({ time: START, bids: [], asks: [] }),
    close: async () => {},
    async funding(_pair, since) {
      ask(since);
      return every(8 * 3_600_000, since, 50).map((t) => [t, 0.0001] as const);
    },
    async trades(_pair, since) {
      ask(since);
      const page = every(600_000, since, 200).map((t) => [t, 100, 1, 1] as const);
      return page.filter(([t]) => t < Math.max(since, listed) + DAY);
    },
  };
  let time = START + 400 * DAY;
  const sleep = async (ms: number) => {
    time += ms;
  };
  const clock = { now: () => time, sleep };
  const catalogue = await openCatalogue(mkdtempSync(join(temporary, 'run-')), { cache: false });
  return { source, clock, catalogue, limiter: limiterFor(source, clock), asked };
}

const span = (type: 'trades' | 'funding', from: number, to: number) =>
  ({ pair: PAIR, type, from: START + from * DAY, to: START + to * DAY }) as const;
const daysOf = (time: Float64Array) => [...new Set([...time].map((t) => Math.floor((t - START) / DAY)))];

it.each([
  ['trades', 144],
  ['funding', 3],
] as const)('fetches %s that lie before the stored ones, and then asks for them no more', async (type, perDay) => {
  const c = await exchange();
  await download(c, span(type, 10, 12));
  expect((await download(c, span(type, 5, 14))).added).toBe(7 * perDay);
  const key = { exchange: 'binance', pair: PAIR, type, timeframe: null };
  const { time } = (await c.catalogue.columns(key)).columns;
  expect([time!.length, time![0]]).toEqual([9 * perDay, START + 5 * DAY]);
  const before = c.asked.length;
  expect((await download(c, span(type, 5, 14))).added).toBe(0);
  expect(c.asked.length - before).toBeLessThan(3);
});

it('fetches the days of trades that lie between stored ones', async () => {
  const c = await exchange();
  await download(c, span('trades', 1, 2.5));
  await download(c, span('trades', 6, 7));
  await download(c, span('trades', 1, 8));
  const { time } = await c.catalogue.trades('binance', PAIR);
  expect(time.length).toBe(7 * 144);
});

it('leaves no hole wherever the days before the stored ones are cut off, and then completes them', async () => {
  for (let cut = 3; cut < 12; cut++) {
    let isAway = false;
    const c = await exchange({
      fail: (request) => {
        isAway ||= request === cut + 2;
        if (isAway) throw new RequestFailure('unavailable', 'gone');
      },
    });
    await download(c, span('trades', 10, 11));
    const failed = await download(c, span('trades', 6, 12)).catch((error: Error) => error);
    const { time } = await c.catalogue.trades('binance', PAIR);
    expect(time.every((t, i) => i === 0 || t === time[i - 1]! + 600_000)).toBe(true);
    if (!(failed instanceof Error)) break;
    const again = await exchange();
    await download({ ...again, catalogue: c.catalogue }, span('trades', 6, 12));
    expect((await c.catalogue.trades('binance', PAIR)).time.length).toBe(6 * 144);
  }
});

it('asks for no more than a day before a listing', async () => {
  const c = await exchange({ listed: START + 9 * DAY });
  await download(c, span('trades', 10, 11));
  const before = c.asked.length;
  await download(c, span('trades', 2, 11));
  expect(daysOf((await c.catalogue.trades('binance', PAIR)).time)).toEqual([9, 10]);
  expect(c.asked.slice(before).every((since) => since >= START + 8 * DAY)).toBe(true);
});

it('says what would be fetched, and asks for none of it', async () => {
  const c = await exchange();
  await download(c, span('trades', 10, 12));
  await c.catalogue.writeCandles('binance', PAIR, '1m', stepCandles(START, 1440, 60_000));
  const asked = c.asked.length;
  const plan = (request: DownloadRequest, now = START + 400 * DAY) => planDownload(c, request, now);
  expect(await plan(span('trades', 8, 14))).toMatchObject({ candles: null, requests: null });
  expect((await plan(span('trades', 8, 14))).missingMs / DAY).toBeCloseTo(4, 1);
  const candles = { pair: PAIR, type: 'candles', timeframe: '1m', from: START, to: START + 2 * DAY } as const;
  // 1440 minutes that are not stored, in pages of a thousand (weight 5) and less than five hundred (weight 2).
  expect(await plan(candles)).toEqual({ candles: 1440, missingMs: DAY, requests: 2, weight: 7 });
  expect(await plan({ ...candles, to: START + DAY })).toEqual({ candles: 0, missingMs: 0, requests: 0, weight: 0 });
  // The candle that is forming is not to be had.
  expect((await plan(candles, START + DAY + 90_000)).candles).toBe(1);
  expect(c.asked.length).toBe(asked);
});

it('writes the rows of many pages at once', async () => {
  const c = await exchange();
  let writes = 0;
  const catalogue = {
    ...c.catalogue,
    writeTrades: (...rest: Parameters<typeof c.catalogue.writeTrades>) => {
      writes++;
      return c.catalogue.writeTrades(...rest);
    },
  };
  const { requests, added } = await download({ ...c, catalogue }, span('trades', 0, 20));
  expect([added, writes]).toEqual([20 * 144, 1]);
  expect(requests).toBeGreaterThan(10);
  expect(readdirSync(join(c.catalogue.root, 'binance/BTC_USDT_USDT/trades')).length).toBe(21);
});
