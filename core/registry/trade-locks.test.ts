import { expect, it } from 'vitest';
import type { ClosedTrades, TradeLock } from '../ports/trading-modules.ts';
import { RealisedBalance } from './realised-balance.ts';
import { spanMs, TradeLocks } from './trade-locks.ts';

/** Closed trades, oldest first: pair, time and profit. */
type Row = readonly [pair: string, closeTime: number, profit: number];

function tradesOf(rows: readonly Row[]): ClosedTrades {
  const row = (k: number) => rows[rows.length - 1 - k]!;
  return {
    get count() {
      return rows.length;
    },
    profitRatio: (k) => row(k)[2] / 100,
    profitAbs: (k) => row(k)[2],
    pair: (k) => row(k)[0],
    exitReason: () => 'signal',
    closeTime: (k) => row(k)[1],
  };
}

/** Ten after each loss, on its pair; `*` for losses of more than 5. */
const rule = (trades: ClosedTrades, k: number): TradeLock | null =>
  trades.profitAbs(k) < 0
    ? { pair: trades.profitAbs(k) < -5 ? '*' : trades.pair(k), until: trades.closeTime(k) + 10 }
    : null;

it('locks follow from the closed trades: one per pair, the latest end, and the general one for every pair', () => {
  const rows: Row[] = [
    ['A', 100, -1],
    ['B', 101, 3],
    ['A', 104, -1],
  ];
  const trades = tradesOf(rows);
  const locks = new TradeLocks(rule);
  expect([locks.until(trades, 'A'), locks.until(trades, 'B')]).toEqual([114, Number.NEGATIVE_INFINITY]);
  rows.push(['B', 110, -9]);
  expect([locks.until(trades, 'A'), locks.until(trades, 'B')]).toEqual([120, 120]);
  expect(locks.current(trades, 113)).toEqual([
    { pair: 'A', until: 114 },
    { pair: '*', until: 120 },
  ]);
  expect(locks.current(trades, 114)).toEqual([{ pair: '*', until: 120 }]);
});

it('each trade is asked about once, however often the locks are looked at; other trades begin anew', () => {
  const asked: number[] = [];
  const locks = new TradeLocks((trades, k) => {
    asked.push(trades.closeTime(k));
    return rule(trades, k);
  });
  const trades = tradesOf([
    ['A', 1, -1],
    ['A', 2, 1],
  ]);
  for (let look = 0; look < 3; look++) locks.until(trades, 'A');
  expect(asked).toEqual([1, 2]);
  const others = tradesOf([
    ['A', 5, 1],
    ['A', 6, 1],
  ]);
  expect(locks.until(others, 'A')).toBe(Number.NEGATIVE_INFINITY);
  expect(asked).toEqual([1, 2, 5, 6]);
});

it('realised profit has its peak since a moment, and what it was then counts', () => {
  const trades = tradesOf([
    ['A', 10, 5],
    ['A', 20, -8],
    ['A', 30, 4],
  ]);
  const balance = new RealisedBalance();
  expect([0, 1, 2].map((k) => balance.after(trades, k))).toEqual([1, -3, 5]);
  expect(balance.peak(trades, 0, Number.NEGATIVE_INFINITY)).toEqual({ profit: 5, count: 3 });
  expect(balance.peak(trades, 0, 15)).toEqual({ profit: 5, count: 2 });
  // A trade that closed at the very moment is before it.
  expect(balance.peak(trades, 0, 20)).toEqual({ profit: 1, count: 1 });
  expect(balance.peak(trades, 1, 5)).toEqual({ profit: 5, count: 2 });
});

it('a span is minutes, or candles of a timeframe, and one of both', () => {
  const span = (minutes?: number, candles?: number, frame?: string) =>
    spanMs('cooldown', 'duration', { minutes, candles, timeframe: frame });
  expect([span(3), span(undefined, 4, '5m')]).toEqual([180_000, 1_200_000]);
  expect(spanMs('cooldown', 'duration', { minutes: undefined, candles: undefined, timeframe: '5m' }, 2)).toBe(120_000);
  expect(() => span(1, 1, '5m')).toThrow('got both durationMinutes and durationCandles');
  expect(() => span(undefined, 4)).toThrow('does not know how long a candle is');
  expect(() => span()).toThrow('needs a duration');
});
