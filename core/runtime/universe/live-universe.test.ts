import { expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import { closedTradesOf, testSpec } from '../../testing/trading-fakes.ts';
import { loadRegistry } from '../load-registry.ts';
import { exchangeData } from './exchange-data.ts';
import { LiveUniverse } from './live-universe.ts';

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 10);
const registry = await loadRegistry();

/** An exchange with daily candles of three pairs; each rises by its own rate since its first day. */
class FakeExchange {
  readonly name = 'test';
  time = START + DAY / 2;
  fails = false;
  rates: Record<string, number> = { 'A/USDT': 0.01, 'B/USDT': 0.05, 'C/USDT': -0.02 };
  readonly asked: string[] = [];
  isClosed = false;

  readonly port = this as unknown as ExchangePort;
  now = () => this.time;
  close = async () => {
    this.isClosed = true;
  };
  fetchTickers = async () => [];
  market = (pair: string) => (pair in this.rates ? testSpec({ pair }) : null);
  loadMarkets = async () => [
    ...Object.keys(this.rates).map((pair) => testSpec({ pair })),
    testSpec({ pair: 'D/EUR', settle: 'EUR' }),
    testSpec({ pair: 'E/USDT', status: 'halted' }),
  ];
  fetchCandles = async (pair: string, frame: string, since: number, limit: number) => {
    if (this.fails) throw new Error('no answer');
    this.asked.push(`${pair} ${frame} ${limit}`);
    const rows = [];
    for (let time = Math.max(since, START - 700 * DAY); time + DAY <= this.time && rows.length < limit; time += DAY) {
      const close = 100 * (1 + this.rates[pair]!) ** ((time - START) / DAY);
      rows.push({
        pair,
        openTime: time,
        open: close,
        high: close,
        low: close,
        close,
        volume: 1,
        exchangeTime: 0,
        receivedAt: 0,
        closedBy: 'rest',
      });
    }
    return rows;
  };
  fetchBook = async (pair: string) => ({
    pair,
    bids: [
      [99, 1],
      [98, 2],
    ],
    asks: [[101, 3]],
    exchangeTime: 0,
    receivedAt: this.time,
  });
}
const config = (over: object = {}) =>
  configSchema.parse({ pairlists: [{ name: 'percent-change', count: 1 }], ...over });
const none = closedTradesOf([]);
const settled = () => new Promise((done) => setImmediate(done));

function session(pairs: readonly string[], exchange: FakeExchange) {
  const blocked: Record<string, string | null> = {};
  return {
    pairs,
    trades: none,
    get now() {
      return exchange.time;
    },
    blocked,
    block: (pair: string, _source: string, reason: string | null) => {
      blocked[pair] = reason;
    },
  };
}

it('asks at the start, of the pairs of the stake currency that trade, and blocks what is not on the list', async () => {
  const exchange = new FakeExchange();
  const universe = await LiveUniverse.start(config(), registry, exchange.port, none);
  expect(universe.pairs).toEqual(['B/USDT']);
  expect(exchange.asked.map((asked) => asked.split(' ')[0])).toEqual(['A/USDT', 'B/USDT', 'C/USDT']);
  // A position from before is in a pair that is not on the list.
  const held = session(['A/USDT', 'B/USDT'], exchange);
  expect(universe.care(held)).toEqual({ needsReload: false, problem: null });
  expect(held.blocked).toEqual({ 'A/USDT': 'not_in_pairlist', 'B/USDT': null });
  await universe.close();
  expect(exchange.isClosed).toBe(true);
});

it('asks again when the interval is over, and wants a reload for pairs that joined', async () => {
  const exchange = new FakeExchange();
  const universe = await LiveUniverse.start(config(), registry, exchange.port, none);
  const running = session(['B/USDT'], exchange);
  universe.care(running);
  exchange.rates['A/USDT'] = 0.2;
  universe.care(running);
  await settled();
  expect(universe.care(running).needsReload).toBe(false);
  exchange.time += DAY;
  expect(universe.care(running).needsReload).toBe(false);
  await settled();
  expect(universe.care(running)).toEqual({ needsReload: true, problem: null });
  expect([universe.pairs, running.blocked]).toEqual([['A/USDT'], { 'B/USDT': 'not_in_pairlist' }]);
});

it('goes on with the list it has when asking fails or nothing is left, and says so once', async () => {
  const exchange = new FakeExchange();
  const universe = await LiveUniverse.start(config(), registry, exchange.port, none);
  const running = session(['B/USDT'], exchange);
  universe.care(running);
  exchange.fails = true;
  exchange.time += DAY;
  universe.care(running);
  await settled();
  expect(universe.care(running).problem).toMatchObject({ message: expect.stringContaining('no answer') });
  expect([universe.care(running).problem, universe.pairs]).toEqual([null, ['B/USDT']]);
  const strict = config({ pairlists: [{ name: 'percent-change', min: 0.04 }] });
  exchange.fails = false;
  const other = await LiveUniverse.start(strict, registry, exchange.port, none);
  other.care(running);
  exchange.rates = { 'A/USDT': 0, 'B/USDT': 0, 'C/USDT': 0 };
  exchange.time += DAY;
  other.care(running);
  await settled();
  expect(String(other.care(running).problem)).toMatch(/leave no pair: the ones before stay/);
  expect(running.blocked).toEqual({ 'B/USDT': null });
  await expect(LiveUniverse.start(strict, registry, exchange.port, none)).rejects.toThrow(/PAIRLIST_EMPTY/);
});

it('gives candles in pages, first days and the book as market data', async () => {
  const exchange = new FakeExchange();
  const data = exchangeData(exchange.port, exchange.now);
  const table = await data.candles('test', 'A/USDT', '1d', { from: START - 600 * DAY, to: START });
  expect([table.length, table.time[0], table.time[599]]).toEqual([600, START - 600 * DAY, START - DAY]);
  const [first] = await data.list();
  expect(first).toMatchObject({ pair: 'A/USDT', type: 'candles', first: START - 700 * DAY });
  const book = await data.book('test', 'A/USDT');
  expect([[...book.kind], [...book.side], [...book.price]]).toEqual([
    [1, 2, 2],
    [1, 1, -1],
    [99, 98, 101],
  ]);
  await expect(data.specAt('test', 'X/USDT', 0)).rejects.toThrow(/does not trade X\/USDT/);
});

it('goes by the time of the market, which in a replay is another than the clock', async () => {
  const exchange = new FakeExchange();
  exchange.fetchTickers = async () => [{ exchangeTime: START - 100 * DAY }] as never;
  const universe = await LiveUniverse.start(config({ pairlistRefreshMinutes: 1440 }), registry, exchange.port, none);
  const running = { ...session(['B/USDT'], exchange), now: START - 100 * DAY };
  universe.care(running);
  const before = exchange.asked.length;
  exchange.time += 5 * DAY;
  universe.care(running);
  await settled();
  expect(exchange.asked.length).toBe(before);
  universe.care({ ...running, now: START - 99 * DAY });
  await settled();
  expect(exchange.asked.length).toBeGreaterThan(before);
});
