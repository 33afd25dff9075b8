import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { CandleTable } from '../../domain/candles.ts';
import { openCatalogue } from '../catalogue/catalogue.ts';
import { stepCandles } from '../step-candles.ts';
import { BINANCE_FUTURES_COSTS } from './costs.ts';
import { download, limiterFor } from './download.ts';
import { downloadBook } from './download-book.ts';
import { downloadSpecs } from './download-context.ts';
import { planWindows } from './plan-windows.ts';
import { type CandleRow, type DownloadClock, type DownloadSource, RequestFailure } from './source.ts';
import { WeightLimiter } from './weight-limiter.ts';

const temporary = mkdtempSync(join(tmpdir(), 'download-'));
afterAll(() => rmSync(temporary, { recursive: true }));
let folders = 0;
const newCatalogue = () => openCatalogue(join(temporary, String(folders++)));

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);
const PAIR = 'BTC/USDT:USDT';

/** A clock that only sleeping moves. */
function fakeClock(start = START + 365 * 86_400_000): DownloadClock & { readonly slept: number[] } {
  let time = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
  };
}

/** An exchange whose time is that of the test's clock where it has none of its own. */
type FakeSource = Omit<DownloadSource, 'now'> & Partial<Pick<DownloadSource, 'now'>>;

/** An exchange that has `table`; `fail` may throw for the n-th candle request (from 1); pages hold at most `cap`. */
function fakeSource(table: CandleTable, fail: (request: number) => void = () => {}, cap = Number.POSITIVE_INFINITY) {
  const asked: [since: number, limit: number][] = [];
  const source: FakeSource & { readonly asked: typeof asked } = {
    asked,
    exchange: 'binance',
    costs: BINANCE_FUTURES_COSTS,
    candleLimit: 100,
    async candles(_pair, _timeframe, since, limit) {
      asked.push([since, limit]);
      fail(asked.length);
      const rows: CandleRow[] = [];
      for (let i = 0; i < table.length && rows.length < Math.min(limit, cap); i++)
        if (table.time[i]! >= since)
          rows.push([table.time[i]!, table.open[i]!, table.high[i]!, table.low[i]!, table.close[i]!, table.volume[i]!]);
      return rows;
    },
    funding: async (_pair, since, limit) =>
      [0, 8, 16, 24, 32]
        .map((h) => [START + h * 3_600_000, h / 1e4] as const)
        .filter(([t]) => t >= since)
        .slice(0, limit),
    openInterest: async () => [],
    // Pages of at most three, whatever was asked for; five trades share one time.
    trades: async (_pair, since) => TRADES.filter(([t]) => t >= since).slice(0, 3),
    book: async () => ({
      time: START,
      bids: [
        [9, 1],
        [8, 2],
      ],
      asks: [[10, 3]],
    }),
    specs: async () => [],
    close: async () => {},
  };
  return source;
}
const TRADES = [0, 5, 5, 7, 9, 9].map((offset, i) => [START + offset, 100 + i, 1, 1] as const);

const context = async (fake: FakeSource, clock = fakeClock(), catalogue?: Awaited<ReturnType<typeof newCatalogue>>) => {
  const source: DownloadSource = { now: async () => clock.now(), ...fake };
  return { source, clock, catalogue: catalogue ?? (await newCatalogue()), limiter: limiterFor(source, clock) };
};
const candles = (from: number, to: number) => ({ pair: PAIR, type: 'candles', timeframe: '1m', from, to }) as const;

it('plans requests that cover exactly what is missing', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(99)), fc.integer({ min: 1, max: 40 }), (have, limit) => {
      const stored = Float64Array.from(
        have.toSorted((a, b) => a - b),
        (i) => i * MINUTE,
      );
      const windows = planWindows(stored, '1m', 0, 100 * MINUTE, limit);
      const covered = new Set(
        windows.flatMap(({ since, count }) => Array.from({ length: count }, (_, i) => since / MINUTE + i)),
      );
      for (let i = 0; i < 100; i++) if (!have.includes(i)) expect(covered.has(i)).toBe(true);
      for (const { since, count } of windows) {
        expect(count).toBeLessThanOrEqual(limit);
        expect(have.includes(since / MINUTE)).toBe(false);
        expect(have.includes(since / MINUTE + count - 1)).toBe(false);
      }
    }),
  );
});

it('downloads, then asks for nothing more, then only for what is new', async () => {
  const table = stepCandles(START, 1_000, MINUTE);
  const source = fakeSource(table);
  const c = await context(source);
  expect(await download(c, candles(START, START + 550 * MINUTE))).toMatchObject({
    requests: 6,
    added: 550,
    isComplete: true,
  });
  expect(await download(c, candles(START, START + 550 * MINUTE))).toMatchObject({ requests: 0, rows: 0 });
  await download(c, candles(START, START + 1_000 * MINUTE));
  expect(source.asked.at(-5)).toEqual([START + 550 * MINUTE, 100]);
  expect(Array.from((await c.catalogue.candles('binance', PAIR, '1m')).close)).toEqual(Array.from(table.close));
});

it('fills a hole', async () => {
  const source = fakeSource(stepCandles(START, 300, MINUTE));
  const c = await context(source);
  await download(c, candles(START, START + 100 * MINUTE));
  await download(c, candles(START + 150 * MINUTE, START + 300 * MINUTE));
  source.asked.length = 0;
  await download(c, candles(START, START + 300 * MINUTE));
  expect(source.asked).toEqual([[START + 100 * MINUTE, 50]]);
  expect((await c.catalogue.candles('binance', PAIR, '1m')).length).toBe(300);
});

it('leaves the forming candle out', async () => {
  const clock = fakeClock(START + 10 * MINUTE + 30_000);
  const c = await context(fakeSource(stepCandles(START, 11, MINUTE)), clock);
  await download(c, candles(START, clock.now()));
  expect(await c.catalogue.latest({ exchange: 'binance', pair: PAIR, type: 'candles', timeframe: '1m' })).toBe(
    START + 9 * MINUTE,
  );
});

it("goes by the exchange's clock when its own is fast: the forming candle would be final", async () => {
  const source = { ...fakeSource(stepCandles(START, 20, MINUTE)), now: async () => START + 10 * MINUTE + 30_000 };
  const c = await context(source, fakeClock(START + 15 * MINUTE));
  expect((await download(c, candles(START, START + 15 * MINUTE))).added).toBe(10);
  const events = { ...source, now: async () => START + 9 * 3_600_000 };
  const late = await context(events, fakeClock(START + 30 * 3_600_000));
  const request = { pair: PAIR, type: 'funding', from: START, to: START + 30 * 3_600_000 } as const;
  expect((await download(late, request)).added).toBe(2);
});

it('goes on where an exchange gives fewer candles than it was asked for', async () => {
  const table = stepCandles(START, 250, MINUTE);
  const source = fakeSource(table, undefined, 30);
  const c = await context(source);
  // Ten minutes behind the last candle are asked for once: the pair may have gone.
  expect(await download(c, candles(START, START + 260 * MINUTE))).toMatchObject({ added: 250, isComplete: true });
  expect(source.asked.slice(0, 4)).toEqual([
    [START, 100],
    [START + 30 * MINUTE, 70],
    [START + 60 * MINUTE, 40],
    [START + 90 * MINUTE, 10],
  ]);
});

it('asks again for windows that came short although there was more behind them', async () => {
  const plain = fakeSource(stepCandles(START, 500, MINUTE));
  let asked = 0;
  const source: FakeSource = {
    ...plain,
    async candles(...request) {
      const page = await plain.candles(...request);
      asked++;
      return asked === 3 ? [] : asked === 4 ? page.slice(0, 50) : asked === 5 ? [] : page;
    },
  };
  const report = await download({ ...(await context(source)), width: 1 }, candles(START, START + 500 * MINUTE));
  expect(report).toMatchObject({ added: 500, isComplete: true });
  expect(plain.asked.slice(-2)).toEqual([
    [START + 200 * MINUTE, 100],
    [START + 300 * MINUTE, 100],
  ]);
});

it('stores what came slowly every now and then: a killed download loses little', async () => {
  const clock = fakeClock();
  const plain = fakeSource(stepCandles(START, 500, MINUTE));
  const catalogue = await newCatalogue();
  const key = { exchange: 'binance', pair: PAIR, type: 'candles', timeframe: '1m' } as const;
  const stored: (number | null)[] = [];
  const source: FakeSource = {
    ...plain,
    async candles(...request) {
      stored.push(await catalogue.latest(key));
      await clock.sleep(8_000);
      return plain.candles(...request);
    },
  };
  const c = await context(source, clock, catalogue);
  await download({ ...c, width: 1 }, candles(START, START + 500 * MINUTE));
  expect(stored.slice(0, 3)).toEqual([null, null, START + 199 * MINUTE]);
});

it('puts pages in order, and leaves doubles and impossible candles out', async () => {
  const plain = fakeSource(stepCandles(START, 60, MINUTE));
  const source: FakeSource = {
    ...plain,
    async candles(...request) {
      const page = await plain.candles(...request);
      const bad: CandleRow = [START + 60 * MINUTE, 1, 0.5, 2, 1, 3];
      return [bad, ...page.toReversed(), page[3]!, [START + 61 * MINUTE, 1, 2, 1, Number.NaN, 3]];
    },
    funding: async () => [16, 0, 8, 8].map((h) => [START + h * 3_600_000, 1e-4] as const),
  };
  const c = await context(source);
  const report = await download(c, candles(START, START + 60 * MINUTE));
  expect(report).toMatchObject({ added: 60, faulty: 2, isComplete: true });
  // The same page whatever is asked for must not be asked for for ever.
  const request = { pair: PAIR, type: 'funding', from: START, to: START + 86_400_000 } as const;
  expect(await download(c, request)).toMatchObject({ added: 3, isComplete: true });
});

it('tries again to learn of markets, and says what the exchange refused', async () => {
  let asked = 0;
  const source = fakeSource(stepCandles(START, 1, MINUTE));
  const failing = (failure: RequestFailure) => ({
    ...source,
    specs: async () => {
      if (asked++ < 2) throw failure;
      return [];
    },
  });
  await downloadSpecs(await context(failing(new RequestFailure('unavailable', 'no network'))), [PAIR]);
  expect(asked).toBe(3);
  asked = 0;
  const refusing = await context(failing(new RequestFailure('refused', 'binance has no pair "BTC/USTD"')));
  await expect(downloadSpecs(refusing, [PAIR])).rejects.toThrow('DOWNLOAD_REFUSED: the exchange refused the markets');
});

it('does not ask for the years before a listing', async () => {
  const source = fakeSource(stepCandles(START, 100, MINUTE));
  await download(await context(source), candles(START - 5_000 * MINUTE, START + 100 * MINUTE));
  expect(source.asked.length).toBe(2);
});

it('goes on to the listing where an exchange has nothing to say of the time before it', async () => {
  const plain = fakeSource(stepCandles(START, 100, MINUTE));
  const source: FakeSource = {
    ...plain,
    async candles(...request) {
      const [, , since, limit] = request;
      return (await plain.candles(...request)).filter(([time]) => time < since + limit * MINUTE);
    },
  };
  const report = await download(await context(source), candles(START - 200 * MINUTE, START + 100 * MINUTE));
  expect(report).toMatchObject({ added: 100, isComplete: true });
});

it('waits as long as the exchange says after a rate limit, and backs off after faults', async () => {
  const clock = fakeClock();
  const source = fakeSource(stepCandles(START, 100, MINUTE), (n) => {
    if (n === 1) throw new RequestFailure('rate-limit', '429', { retryAfterMs: 17_000 });
    if (n <= 4) throw new RequestFailure('unavailable', '502');
  });
  const c = await context(source, clock);
  expect((await download(c, candles(START, START + 100 * MINUTE))).added).toBe(100);
  expect(clock.slept).toEqual([17_000, 2_000, 4_000, 8_000]);
});

it('stores what it has when the exchange stays away, and goes on from there', async () => {
  const table = stepCandles(START, 500, MINUTE);
  const c = await context(
    fakeSource(table, (n) => {
      if (n > 3) throw new RequestFailure('unavailable', 'gone');
    }),
  );
  await expect(download({ ...c, width: 1 }, candles(START, START + 500 * MINUTE))).rejects.toThrow('DOWNLOAD_FAILED');
  expect((await c.catalogue.candles('binance', PAIR, '1m')).length).toBe(300);
  const again = await context(fakeSource(table), fakeClock(), c.catalogue);
  expect((await download(again, candles(START, START + 500 * MINUTE))).requests).toBe(2);
});

it('does not repeat a refused request', async () => {
  const source = fakeSource(stepCandles(START, 10, MINUTE), () => {
    throw new RequestFailure('refused', 'binance has no pair "BTC/USTD"');
  });
  await expect(download(await context(source), candles(START, START + 10 * MINUTE))).rejects.toThrow(
    'DOWNLOAD_REFUSED',
  );
  expect(source.asked.length).toBe(1);
});

it('stores what was fetched when it is interrupted', async () => {
  const stop = new AbortController();
  const c = await context(
    fakeSource(stepCandles(START, 500, MINUTE), (n) => {
      if (n === 3) stop.abort();
    }),
  );
  const report = await download({ ...c, width: 1, signal: stop.signal }, candles(START, START + 500 * MINUTE));
  expect(report).toMatchObject({ isComplete: false, added: 300 });
  expect((await c.catalogue.candles('binance', PAIR, '1m')).length).toBe(300);
});

it('never loses or doubles a trade at the edge of a page', async () => {
  const c = await context(fakeSource(stepCandles(START, 1, MINUTE)));
  const request = { pair: PAIR, type: 'trades', from: START, to: START + 10 } as const;
  await download(c, request);
  expect(Array.from((await c.catalogue.trades('binance', PAIR)).price)).toEqual([100, 101, 102, 103, 104, 105]);
  expect((await download(c, request)).added).toBe(0);
});

it('downloads funding once and resumes behind the last payment', async () => {
  const c = await context(fakeSource(stepCandles(START, 1, MINUTE)));
  const request = { pair: PAIR, type: 'funding', from: START, to: START + 86_400_000 * 2 } as const;
  expect((await download(c, request)).added).toBe(5);
  expect((await download(c, request)).rows).toBe(0);
  expect(Array.from((await c.catalogue.events('binance', PAIR, 'funding')).values.rate!)).toEqual([
    0, 0.0008, 0.0016, 0.0024, 0.0032,
  ]);
});

it('records book snapshots', async () => {
  const c = await context(fakeSource(stepCandles(START, 1, MINUTE)));
  await downloadBook(c, { pair: PAIR, snapshots: 1, everyMs: 1000 });
  const book = await c.catalogue.book('binance', PAIR);
  expect([Array.from(book.kind), Array.from(book.side), Array.from(book.price)]).toEqual([
    [1, 2, 2],
    [1, 1, -1],
    [9, 8, 10],
  ]);
});

it('never spends more than its budget in any minute', async () => {
  const clock = fakeClock(0);
  const limiter = new WeightLimiter(clock, 100);
  const spent: [at: number, weight: number][] = [];
  for (let i = 0; i < 200; i++) {
    const weight = 1 + ((i * 7) % 20);
    await limiter.spend(weight);
    spent.push([clock.now(), weight]);
    await clock.sleep(100);
  }
  for (const [at] of spent) {
    const inWindow = spent.filter(([t]) => t >= at && t < at + 60_000).reduce((sum, [, w]) => sum + w, 0);
    expect(inWindow).toBeLessThanOrEqual(90);
  }
});
