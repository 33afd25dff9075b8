import { expect, it } from 'vitest';
import { PLAIN_RUN } from '../../tests/fixtures/plain-run.ts';
import { type CandleTable, candlesFrom } from '../domain/candles.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Bar } from '../strategy/bar.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { backtest } from './backtest.ts';
import { rollovers } from './rollover-data.ts';

const HOUR = 3_600_000;

it('rolls over at 17:00 in New York on working days, three nights on Wednesdays, in summer and winter', () => {
  // Friday 2024-03-08 to Monday 2024-03-18: daylight saving began on Sunday the 10th.
  const found = rollovers(Date.UTC(2024, 2, 8), Date.UTC(2024, 2, 18));
  expect(found.map(({ time, nights }) => [new Date(time).toISOString().slice(0, 16), nights])).toEqual([
    ['2024-03-08T22:00', 1],
    ['2024-03-11T21:00', 1],
    ['2024-03-12T21:00', 1],
    ['2024-03-13T21:00', 3],
    ['2024-03-14T21:00', 1],
    ['2024-03-15T21:00', 1],
  ]);
  expect(rollovers(Date.UTC(2024, 2, 11, 21), Date.UTC(2024, 2, 12, 21))).toEqual([
    { time: Date.UTC(2024, 2, 11, 21), nights: 1 },
  ]);
});

// Tuesday, hours.
const START = Date.UTC(2024, 2, 12);

function quotes(price: (hour: number) => number): CandleTable {
  return candlesFrom(
    Array.from({ length: 60 }, (_, i) => {
      const at = price(i);
      return { time: START + i * HOUR, open: at, high: at, low: at, close: at, volume: 100 };
    }),
  );
}

const market = (candles: CandleTable): MarketData => ({
  root: 'memory',
  dataKind: 'synthetic',
  list: () => Promise.resolve([]),
  candles: () => Promise.resolve(candles),
  events: () => Promise.reject(new Error('none')),
  trades: () => Promise.reject(new Error('none')),
  book: () => Promise.reject(new Error('none')),
  latest: () => Promise.resolve(null),
  contentHash: () => Promise.resolve('hash'),
  specAt: (_exchange, pair) =>
    Promise.resolve({
      spec: testSpec({
        pair,
        kind: 'forex',
        base: 'EUR',
        quote: 'USD',
        settle: 'USD',
        priceTick: 0.00001,
        amountStep: 1,
        minAmount: 1,
        minCost: 0,
        makerFee: 0,
        takerFee: 0,
        maxLeverage: 30,
        tiers: [
          { minNotional: 0, maxNotional: 1e12, maintenanceMarginRate: 1 / 60, maxLeverage: 30, maintenanceAmount: 0 },
        ],
      }),
      assumed: false,
    }),
});

class Seller extends Strategy {
  override timeframe = '1h';
  override canShort = true;
  override stoploss = -0.99;
  times = 1;
  override leverage(): number {
    return this.times;
  }
  override onCandle({ position }: Bar<this>): void {
    if (!position) this.enter.short();
  }
}

const run = async (times: number, price: (hour: number) => number, rollover?: { long: number; short: number }) => {
  const { result, notes } = await backtest({
    ...PLAIN_RUN,
    strategies: [
      { name: 'Seller', create: (context) => Object.assign(new Seller(context), { times }), codeHash: 'code' },
    ],
    data: market(quotes(price)),
    pairs: ['EUR/USD'],
    stakeCurrency: 'USD',
    stakeAmount: 1100,
    costs: { ...PLAIN_RUN.costs, ...(rollover && { rollover }) },
  });
  return { ...result, notes };
};

it('sells forex short on margin, and charges the nights that it is held', async () => {
  const falling = (hour: number) => (hour < 50 ? 1.1 : 1.08);
  const result = await run(10, falling, { long: 0.03, short: 0.0365 });
  expect(result.trades).toHaveLength(1);
  // 11,000 USD are 10,000 EUR; Tuesday's night and the three of Wednesday's, each 0.0001 of the worth; 200 USD from the fall.
  expect(result.trades[0]).toMatchObject({ side: 'short', leverage: 10, amount: 10_000 });
  expect(result.trades[0]!.funding).toBeCloseTo(-4.4, 9);
  expect(result.trades[0]!.profitAbs).toBeCloseTo(195.6, 6);
  expect(result.notes).toContain('EUR/USD: roll-over assumed at 3 % a year for longs and 3.65 % for shorts');
  const free = await run(10, falling);
  expect(free.trades[0]!.profitAbs).toBeCloseTo(200, 6);
});

it('closes a leveraged forex position out when half its margin is gone, and takes no more leverage than the venue allows', async () => {
  // 30 times: 3.33 % of margin, 1.67 % of it to be kept.
  const { trades } = await run(30, (hour) => (hour < 20 ? 1.1 : 1.12));
  expect(trades[0]).toMatchObject({ exitReason: 'liquidation', leverage: 30 });
  const tooMuch = await run(100, () => 1.1);
  expect(tooMuch.trades.map(({ leverage }) => leverage)).toEqual([30]);
});
