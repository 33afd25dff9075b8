import { expect, it } from 'vitest';
import type { BookTable, CandleTable, TradeTable } from '../../domain/candles.ts';
import { sliceCandles } from '../../domain/candles.ts';
import { findIssues } from '../quality/find-issues.ts';
import { candleColumns, tradeColumns } from '../store/column-set.ts';
import { isForexOpen, newYorkOffsetHours } from './forex-session.ts';
import { synthMarket } from './synth-market.ts';

const FROM = Date.UTC(2024, 0, 1);
const PERP = 'BTC/USDT:USDT';
const make = (days: number, pairs: readonly string[] = [PERP, 'BTC/USDT', 'ETH/USDT', 'EUR/USD'], seed = 7) =>
  synthMarket({ seed, pairs, from: FROM, days });
const key = (pair: string, type: 'candles' | 'trades' | 'book' | 'mark', timeframe: string | null) => ({
  exchange: 'synthetic',
  pair,
  type,
  timeframe,
});

it('gives the same bytes for the same seed, others for another', async () => {
  for (const k of [
    key(PERP, 'candles', '1m'),
    key(PERP, 'mark', '1h'),
    key(PERP, 'trades', null),
    key(PERP, 'book', null),
    key('EUR/USD', 'candles', '5m'),
  ]) {
    const hash = await make(2).contentHash(k);
    expect(await make(2).contentHash(k)).toBe(hash);
    expect(await make(2, undefined, 8).contentHash(k)).not.toBe(hash);
  }
});

it('has a fixed content, so that a change of the generator is noticed', async () => {
  expect((await make(2).contentHash(key(PERP, 'candles', '1m'))).slice(0, 16)).toBe('4df977620e5f78e0');
});

it('makes a pair the same whatever other pairs are there, and a longer market begin as a shorter one', async () => {
  const alone = await make(2, [PERP]).candles('', PERP, '1m');
  const among = await make(3).candles('', PERP, '1m');
  expect(sliceCandles(among, 0, alone.length)).toEqual(alone);
});

it('makes candles without any fault, on the tick', async () => {
  const market = make(10);
  for (const pair of [PERP, 'BTC/USDT', 'ETH/USDT', 'EUR/USD']) {
    const set = candleColumns(await market.candles('', pair, '1m'));
    expect(findIssues(key(pair, 'candles', '1m'), set).filter(({ kind }) => kind !== 'outlier')).toEqual([]);
    const { spec } = await market.specAt('', pair, FROM);
    if (spec.kind === 'forex') continue;
    const ticks = set.columns.close!.map((x) => x / spec.priceTick);
    expect(Math.max(...ticks.map((x) => Math.abs(x - Math.round(x))))).toBeLessThan(1e-6);
  }
});

it('has fat tails, clustered volatility and assets that move together', async () => {
  const market = make(60);
  const btc = returns(await market.candles('', 'BTC/USDT', '1h'));
  const eth = returns(await market.candles('', 'ETH/USDT', '1h'));
  const minute = returns(await market.candles('', 'BTC/USDT', '1m'));
  expect(kurtosis(minute)).toBeGreaterThan(6);
  expect(autocorrelation(minute.map(Math.abs), 10)).toBeGreaterThan(0.1);
  expect(Math.abs(autocorrelation(minute, 1))).toBeLessThan(0.05);
  expect(correlation(btc, eth)).toBeGreaterThan(0.4);
  expect(correlation(btc, eth)).toBeLessThan(0.95);
});

it('pays funding every eight hours within the clamp of its premium, and keeps the mark near the price', async () => {
  const market = make(30);
  const funding = await market.events('', PERP, 'funding');
  expect(funding.length).toBe(90);
  expect(Array.from(funding.time, (t) => t % 28_800_000)).toEqual(new Array(90).fill(0));
  expect(Math.max(...funding.values.rate!.map(Math.abs))).toBeLessThan(0.005);
  const [mark, last] = [await market.candles('', PERP, '1h', { type: 'mark' }), await market.candles('', PERP, '1h')];
  expect(Math.max(...mark.close.map((m, i) => Math.abs(m / last.close[i]! - 1)))).toBeLessThan(0.01);
});

it('liquidates longs in falls and shorts in rises', async () => {
  const market = make(30);
  const { length, time, values } = await market.events('', PERP, 'liquidations');
  const candles = await market.candles('', PERP, '1m');
  expect(length).toBeGreaterThan(50);
  for (let i = 0; i < length; i++) {
    const c = Math.floor((time[i]! - FROM) / 60_000);
    expect(Math.sign(candles.close[c]! - candles.open[c]!)).toBe(values.side![i]);
  }
});

it('plays trades that the book could serve, ending each minute at its close, inside its range', async () => {
  const market = synthMarket({ seed: 3, pairs: [PERP], from: FROM, days: 1, tickMinutes: 20 });
  const [trades, book, candles] = [
    await market.trades('', PERP),
    await market.book('', PERP),
    await market.candles('', PERP, '1m'),
  ];
  expect(trades.length).toBeGreaterThan(1_000);
  expect(findIssues(key(PERP, 'trades', null), tradeColumns(trades))).toEqual([]);
  checkBook(book, trades);
  for (let m = 1420; m < 1440; m++) {
    const inside = Array.from(trades.time.keys()).filter((i) => Math.floor((trades.time[i]! - FROM) / 60_000) === m);
    expect(trades.price[inside.at(-1)!]).toBe(candles.close[m]);
    for (const i of inside) {
      expect(trades.price[i]).toBeGreaterThanOrEqual(candles.low[m]!);
      expect(trades.price[i]).toBeLessThanOrEqual(candles.high[m]!);
    }
  }
});

/** Replays the book: it never crosses and never holds a negative amount; every trade finds its amount standing. */
function checkBook(book: BookTable, trades: TradeTable): void {
  const sides = new Map([
    [1, new Map<number, number>()],
    [-1, new Map<number, number>()],
  ]);
  let served = 0;
  let next = 0;
  for (let i = 0; i < book.length; i++) {
    const [time, side, price, amount] = [book.time[i]!, book.side[i]!, book.price[i]!, book.amount[i]!];
    if (book.kind[i] === 1) for (const levels of sides.values()) levels.clear();
    expect(amount).toBeGreaterThanOrEqual(0);
    const levels = sides.get(side)!;
    const before = levels.get(price) ?? 0;
    const trade =
      next < trades.length && trades.time[next] === time && trades.price[next] === price && trades.side[next] === -side;
    // A trade is followed by the change of the level that it took from.
    if (trade && Math.abs(before - amount - trades.amount[next]!) < 1e-9) {
      served++;
      next++;
    }
    if (amount > 0) levels.set(price, amount);
    else levels.delete(price);
    if (i % 50 === 0 && book.kind[i] === 0)
      expect(Math.max(...sides.get(1)!.keys())).toBeLessThan(Math.min(...sides.get(-1)!.keys()));
  }
  expect(served).toBe(trades.length);
}

it('closes forex from Friday 17:00 to Sunday 17:00 in New York, daylight saving included', async () => {
  expect(newYorkOffsetHours(Date.UTC(2024, 2, 10, 6, 59))).toBe(5);
  expect(newYorkOffsetHours(Date.UTC(2024, 2, 10, 7))).toBe(4);
  expect(newYorkOffsetHours(Date.UTC(2024, 10, 3, 5, 59))).toBe(4);
  expect(newYorkOffsetHours(Date.UTC(2024, 10, 3, 6))).toBe(5);
  expect([isForexOpen(Date.UTC(2024, 0, 5, 21, 59)), isForexOpen(Date.UTC(2024, 0, 5, 22))]).toEqual([true, false]);
  expect([isForexOpen(Date.UTC(2024, 6, 7, 20, 59)), isForexOpen(Date.UTC(2024, 6, 7, 21))]).toEqual([false, true]);
  const { time, volumeKind, extra, length } = await make(14).candles('', 'EUR/USD', '1m');
  expect(volumeKind).toBe('tick');
  expect(time.every(isForexOpen)).toBe(true);
  expect(length).toBe(10 * 1440);
  expect(extra!.askClose!.every((ask, i) => ask > extra!.bidClose![i]!)).toBe(true);
});

it('refuses what is no pair and a length that is no length', () => {
  expect(() => synthMarket({ seed: 1, pairs: ['BTCUSDT'], from: FROM, days: 1 })).toThrow('DATA_PAIR');
  expect(() => make(0)).toThrow('DATA_SYNTH_DAYS');
});

function returns(table: CandleTable): number[] {
  return Array.from({ length: table.length - 1 }, (_, i) => Math.log(table.close[i + 1]! / table.close[i]!));
}
function mean(xs: readonly number[]): number {
  return xs.reduce((a, b) => a + b, 0) / xs.length;
}
function correlation(xs: readonly number[], ys: readonly number[]): number {
  const [mx, my] = [mean(xs), mean(ys)];
  const cov = mean(xs.map((x, i) => (x - mx) * (ys[i]! - my)));
  return cov / Math.sqrt(mean(xs.map((x) => (x - mx) ** 2)) * mean(ys.map((y) => (y - my) ** 2)));
}
function autocorrelation(xs: readonly number[], lag: number): number {
  return correlation(xs.slice(lag), xs.slice(0, -lag));
}
function kurtosis(xs: readonly number[]): number {
  const m = mean(xs);
  return mean(xs.map((x) => (x - m) ** 4)) / mean(xs.map((x) => (x - m) ** 2)) ** 2;
}
