import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { openCatalogue } from '../../core/data/catalogue/catalogue.ts';
import { download, limiterFor } from '../../core/data/download/download.ts';
import { openSource, wallClock } from '../../core/data/download/open-source.ts';
import { quickDownload } from '../../core/data/download/quick-download.ts';
import { type BinanceServer, binanceServer, LIMIT, priceAt } from './data-binance-server.ts';

const PAIR = 'BTC/USDT:USDT';
const MINUTE = 60_000;
const temporary = mkdtempSync(join(tmpdir(), 'download-e2e-'));
afterAll(() => rmSync(temporary, { recursive: true }));
let server: BinanceServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function setUp(name: string, faults?: Parameters<typeof binanceServer>[0]) {
  server = await binanceServer(faults);
  const source = await openSource({ exchange: 'binance', isPerpetual: true, baseUrl: server.url });
  const catalogue = await openCatalogue(join(temporary, name));
  return { source, catalogue, clock: wallClock, limiter: limiterFor(source, wallClock), log: server.log };
}

it('fetches at least 100,000 candles a minute through ccxt without breaking the weight limit', async () => {
  const context = await setUp('fast');
  const to = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
  const from = to - 150_000 * MINUTE;
  await context.source.specs([PAIR]);
  const report = await download(context, { pair: PAIR, type: 'candles', timeframe: '1m', from, to });
  // What the weights allow: the program itself is faster.
  const perMinute = (report.added / context.log.weight) * LIMIT;
  expect(report).toMatchObject({ added: 150_000, requests: 150, isComplete: true });
  expect(perMinute).toBeGreaterThan(100_000);
  expect(context.log).toMatchObject({ refused: 0 });
  expect(context.log.peakWeight).toBeLessThanOrEqual(2400);
  const candles = await context.catalogue.candles('binance', PAIR, '1m');
  expect(candles.close.every((close, i) => Math.abs(close - priceAt(candles.time[i]!)) < 0.051)).toBe(true);
  await context.source.close();
});

it('gets over a 429 with Retry-After and a 503', async () => {
  const context = await setUp('faults', { 1: { status: 429, retryAfter: '1' }, 3: { status: 503 } });
  const to = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
  const retries: number[] = [];
  const onRetry = (_: number, waitMs: number) => void retries.push(waitMs);
  const report = await download(
    { ...context, onRetry },
    { pair: PAIR, type: 'candles', timeframe: '1m', from: to - 3_000 * MINUTE, to },
  );
  expect(report).toMatchObject({ added: 3_000, isComplete: true });
  expect(retries).toEqual([1_000, 1_000]);
  await context.source.close();
});

it('fetches mark, funding, open interest and trades', async () => {
  const context = await setUp('types');
  const to = Math.floor(Date.now() / 28_800_000) * 28_800_000;
  const from = to - 2 * 86_400_000;
  const get = (type: 'mark' | 'funding' | 'oi' | 'trades', since = from) =>
    download(context, { pair: PAIR, type, timeframe: '1h', from: since, to });
  expect((await get('mark')).added).toBe(48);
  expect((await get('funding')).added).toBe(6);
  expect((await get('oi')).added).toBe(576);
  expect((await get('trades', to - 7_200_000)).added).toBe(360);
  const funding = await context.catalogue.events('binance', PAIR, 'funding');
  expect(Array.from(funding.time, (t) => t % 28_800_000)).toEqual([0, 0, 0, 0, 0, 0]);
  expect((await get('trades', to - 7_200_000)).added).toBe(0);
  await context.source.close();
});

it('refuses an unknown pair with the nearest one, and reads the specification', async () => {
  const { source } = await setUp('unknown');
  await expect(source.specs(['BTC/USTD:USDT'])).rejects.toThrow('Did you mean "BTC/USDT:USDT"?');
  const [spec] = await source.specs([PAIR]);
  expect(spec).toMatchObject({
    exchange: 'binance',
    kind: 'perpetual',
    priceTick: 0.1,
    amountStep: 0.001,
    minCost: 100,
    status: 'trading',
  });
  await source.close();
});

it('gives the demonstration its data when the exchange answers, and null when it does not', async () => {
  server = await binanceServer();
  const { url } = server;
  const common = { pairs: [PAIR], timeframe: '5m', days: 2, baseUrl: url };
  const got = await quickDownload({
    ...common,
    folder: join(temporary, 'quick'),
  });
  const rows = Object.fromEntries((await got!.list()).map((info) => [info.type, info.rows]));
  // Two days, less the candle that is forming.
  expect(rows).toEqual({ candles: expect.closeTo(575.5, -0.3), funding: 6, mark: expect.closeTo(47.5, -0.3) });
  const nowhere = 'http://127.0.0.1:9';
  expect(
    await quickDownload({
      ...common,
      folder: join(temporary, 'none'),
      baseUrl: nowhere,
      answerMs: 300,
    }),
  ).toBeNull();
});
