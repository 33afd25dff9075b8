import type { AnyPlugin, MarketData, PairlistModule } from 'tidegate';
import { closedTradesOf, type FakePair, type PastTrade, testMarketData } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import age from './age/index.ts';
import correlation from './correlation/index.ts';
import crossMarket from './cross-market/index.ts';
import delist from './delist/index.ts';
import offset from './offset/index.ts';
import percentChange from './percent-change/index.ts';
import performance from './performance/index.ts';
import precision from './precision/index.ts';
import price from './price/index.ts';
import rangeStability from './range-stability/index.ts';
import spread from './spread/index.ts';
import volatility from './volatility/index.ts';

const DAY = 86_400_000;
const day = (n: number) => Date.UTC(2024, 0, 1) + n * DAY;
type Pairs = Readonly<Record<string, FakePair>>;
interface Moment {
  readonly onDay?: number;
  readonly trades?: readonly PastTrade[];
  readonly data?: Partial<MarketData>;
}

/** What a module leaves of all pairs of a market on a day. */
async function left(plugin: AnyPlugin, options: object, pairs: Pairs, { onDay = 100, trades, data }: Moment = {}) {
  const module = plugin.create(plugin.options.parse(options) as never) as PairlistModule;
  const context = {
    data: { ...testMarketData(pairs), ...data },
    exchange: 'test',
    time: day(onDay),
    trades: trades ? closedTradesOf(trades) : null,
  };
  return module.pairs(Object.keys(pairs), context);
}

it('percent-change ranks by the change over closed candles, and knows nothing of later ones', async () => {
  const pairs = { A: { closes: [100, 110, 1] }, B: { closes: [100, 95, 500] }, C: { closes: [100, 104] }, D: {} };
  expect(await left(percentChange, {}, pairs, { onDay: 2 })).toEqual(['A', 'C', 'B']);
  expect(await left(percentChange, { order: 'rising', count: 2 }, pairs, { onDay: 2 })).toEqual(['B', 'C']);
  expect(await left(percentChange, { min: -0.06, max: 0.05 }, pairs, { onDay: 2 })).toEqual(['C', 'B']);
  expect(await left(percentChange, { candles: 2 }, pairs, { onDay: 3 })).toEqual(['B', 'A']);
});

it('age counts days since the first stored candle', async () => {
  const pairs = { OLD: { closes: [1, 1] }, NEW: { closes: [1, 1], late: 60 }, NONE: {} };
  expect(await left(age, { minDays: 41 }, pairs)).toEqual(['OLD']);
  expect(await left(age, { minDays: 40 }, pairs)).toEqual(['OLD', 'NEW']);
  expect(await left(age, { minDays: 1, maxDays: 50 }, pairs)).toEqual(['NEW']);
});

it('delist drops what does not trade, and what will not, once that is announced', async () => {
  const gone = { validFrom: day(50), status: 'delisted' as const };
  const pairs = { A: {}, B: { specs: [{}, gone] }, C: {} };
  const options = { announced: { C: { on: '2024-01-05', at: '2024-01-20' } }, daysBefore: 7 };
  const on = (onDay: number) => left(delist, options, pairs, { onDay });
  expect(await on(49)).toEqual(['A', 'B']);
  expect(await on(50)).toEqual(['A']);
  expect(await on(11)).toEqual(['A', 'B', 'C']);
  expect(await on(12)).toEqual(['A', 'B']);
  expect(await left(delist, { ...options, daysBefore: 99 }, pairs, { onDay: 3 })).toEqual(['A', 'B', 'C']);
  await expect(left(delist, { announced: { C: { on: 'soon', at: '2024-01-20' } } }, pairs)).rejects.toThrow(
    /no moment/,
  );
});

it('offset takes a part of the list', async () => {
  const pairs = { A: {}, B: {}, C: {}, D: {} };
  expect(await left(offset, { offset: 1, count: 2 }, pairs)).toEqual(['B', 'C']);
  expect(await left(offset, { offset: 3 }, pairs)).toEqual(['D']);
  expect(await left(offset, { offset: 9 }, pairs)).toEqual([]);
});

it('performance orders by profit, those without trades in the middle', async () => {
  const trade = (pair: string, profitRatio: number, closeTime: number) => ({
    pair,
    profitRatio,
    profitAbs: 0,
    exitReason: 'roi',
    closeTime,
  });
  const trades = [trade('A', -0.5, day(0)), trade('B', 0.1, day(99)), trade('D', -0.01, day(99.9))];
  const pairs = { A: {}, B: {}, C: {}, D: {} };
  expect(await left(performance, {}, pairs, { trades })).toEqual(['B', 'C', 'D', 'A']);
  expect(await left(performance, { minutes: 2 * 1440 }, pairs, { trades })).toEqual(['B', 'A', 'C', 'D']);
  expect(await left(performance, { minProfit: -0.02 }, pairs, { trades })).toEqual(['B', 'C', 'D']);
  expect(await left(performance, {}, pairs)).toEqual(['A', 'B', 'C', 'D']);
});

it('precision drops pairs whose tick spoils the stop', async () => {
  // A stop 5 % below 100 is 5 away: a tick of 0.25 is 5 % of that.
  const pairs = {
    FINE: { closes: [100], specs: [{ priceTick: 0.25 }] },
    COARSE: { closes: [99.9], specs: [{ priceTick: 0.25 }] },
    FIGURES: { closes: [12_345], specs: [{ priceTick: 0.001, priceFigures: 3 }] },
    NONE: {},
  };
  expect(await left(precision, {}, pairs, { onDay: 1 })).toEqual(['FINE']);
  expect(await left(precision, { maxError: 0.17 }, pairs, { onDay: 1 })).toEqual(['FINE', 'COARSE', 'FIGURES']);
});

it('price looks at price, tick and smallest order', async () => {
  const pairs = {
    CHEAP: { closes: [0.001], specs: [{ priceTick: 0.0001 }] },
    MIDDLE: { closes: [10] },
    DEAR: { closes: [50_000], specs: [{ minAmount: 0.01 }] },
  };
  expect(await left(price, { min: 0.01 }, pairs, { onDay: 1 })).toEqual(['MIDDLE', 'DEAR']);
  expect(await left(price, { max: 100 }, pairs, { onDay: 1 })).toEqual(['CHEAP', 'MIDDLE']);
  expect(await left(price, { maxTickRatio: 0.01 }, pairs, { onDay: 1 })).toEqual(['MIDDLE', 'DEAR']);
  expect(await left(price, { maxSmallestOrder: 100 }, pairs, { onDay: 1 })).toEqual(['CHEAP', 'MIDDLE']);
});

it('range-stability keeps ranges within limits', async () => {
  const row = (high: number, low: number) => ({ open: low, high, low, close: high, volume: 1 });
  const pairs = {
    PEGGED: { candles: [row(1, 1), row(1.001, 1)] },
    CALM: { candles: [row(105, 100), row(110, 104)] },
    WILD: { candles: [row(105, 100), row(160, 99)] },
    SHORT: { candles: [row(105, 100)] },
  };
  expect(await left(rangeStability, { candles: 2 }, pairs, { onDay: 2 })).toEqual(['CALM', 'WILD']);
  expect(await left(rangeStability, { candles: 2, max: 0.1 }, pairs, { onDay: 2 })).toEqual(['CALM']);
  expect(await left(rangeStability, { candles: 2, min: 0, max: 0.0011 }, pairs, { onDay: 2 })).toEqual(['PEGGED']);
});

it('volatility is the deviation of log returns', async () => {
  // Log returns of +x and -x in turn over four returns: deviation x × sqrt(4/3).
  const zigzag = (x: number) => [100, 100 * Math.exp(x), 100, 100 * Math.exp(x), 100];
  const pairs = { LOW: { closes: zigzag(0.01) }, HIGH: { closes: zigzag(0.03) }, SHORT: { closes: [1, 2] } };
  const edge = 0.01 * Math.sqrt(4 / 3);
  expect(await left(volatility, { candles: 5, order: 'falling' }, pairs, { onDay: 5 })).toEqual(['HIGH', 'LOW']);
  expect(await left(volatility, { candles: 5, min: edge * 1.001 }, pairs, { onDay: 5 })).toEqual(['HIGH']);
  expect(await left(volatility, { candles: 5, max: edge * 1.001 }, pairs, { onDay: 5 })).toEqual(['LOW']);
});

it('cross-market asks whether the asset has another market, listed by then', async () => {
  const pairs = {
    'BTC/USDT': { closes: [1] },
    'BTC/USDT:USDT': { closes: [1] },
    'ETH/USDT': { closes: [1] },
    'ETH/USDT:USDT': { closes: [1], late: 50 },
    'XRP/USDT': { closes: [1] },
  };
  expect(await left(crossMarket, {}, pairs, { onDay: 60 })).toEqual(Object.keys(pairs).slice(0, 4));
  expect(await left(crossMarket, {}, pairs, { onDay: 40 })).toEqual(['BTC/USDT', 'BTC/USDT:USDT']);
  expect(await left(crossMarket, { mode: 'drop' }, pairs)).toEqual(['XRP/USDT']);
  expect(await left(crossMarket, { quote: 'EUR' }, pairs)).toEqual([]);
});

it('correlation keeps the first of pairs that move as one', async () => {
  const wave = (phase: number, sign = 1) =>
    Array.from({ length: 40 }, (_, k) => 100 * Math.exp(sign * 0.1 * Math.sin(k + phase)));
  const pairs = {
    A: { closes: wave(0) },
    TWIN: { closes: wave(0).map((x) => 3 * x) },
    MIRROR: { closes: wave(0, -1) },
    OTHER: { closes: wave(Math.PI / 2) },
    SHORT: { closes: [1, 2, 3] },
  };
  const options = { timeframe: '1d', candles: 40 };
  expect(await left(correlation, options, pairs, { onDay: 40 })).toEqual(['A', 'MIRROR', 'OTHER', 'SHORT']);
  expect(await left(correlation, { ...options, absolute: true }, pairs, { onDay: 40 })).toEqual([
    'A',
    'OTHER',
    'SHORT',
  ]);
  expect(await left(correlation, { ...options, count: 2 }, pairs, { onDay: 40 })).toEqual(['A', 'MIRROR']);
});

describe('spread', () => {
  const row = (high: number, low: number) => ({ open: low, high, low, close: low, volume: 1 });

  it('is read from the book as it stood', async () => {
    const column = (...values: number[]) => Float64Array.from(values);
    // A level from before the snapshot, then a snapshot of 99 and 101, then 100.9 joins and 101 leaves.
    const book = {
      length: 5,
      time: column(1, 2, 2, 3, 4),
      kind: column(0, 1, 2, 0, 0),
      side: column(1, 1, -1, -1, -1),
      price: column(100, 99, 101, 100.9, 101),
      amount: column(1, 1, 1, 1, 0),
    };
    const asked: (number | undefined)[] = [];
    const data = {
      book: async (_exchange: string, _pair: string, range = {} as { to?: number }) => {
        asked.push(range.to);
        return book;
      },
    };
    const pairs = { A: { candles: [row(101, 99), row(101, 99)] } };
    const ratio = 1.9 / 99.95;
    expect(await left(spread, { max: ratio * 1.0001 }, pairs, { data })).toEqual(['A']);
    expect(await left(spread, { max: ratio * 0.9999 }, pairs, { data })).toEqual([]);
    expect(asked).toEqual([day(100), day(100)]);
  });

  it('is estimated, or the pair kept or dropped, where nothing is quoted', async () => {
    // Two equal candles: the whole range is taken for spread. ln(101/99) = 0.0200007, and the estimate is (101 - 99) / 100 to the last digits shown.
    const pairs = { A: { candles: [row(101, 99), row(101, 99)] }, NONE: {} };
    expect(await left(spread, { max: 0.0201, timeframe: '1d' }, pairs, { onDay: 2 })).toEqual(['A']);
    expect(await left(spread, { max: 0.0199, timeframe: '1d' }, pairs, { onDay: 2 })).toEqual([]);
    expect(await left(spread, { otherwise: 'keep' }, pairs, { onDay: 2 })).toEqual(['A', 'NONE']);
    expect(await left(spread, { otherwise: 'drop' }, pairs, { onDay: 2 })).toEqual([]);
  });
});
