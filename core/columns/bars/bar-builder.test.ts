import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barSpec } from '../../domain/bar-spec.ts';
import type { TradeTable } from '../../domain/candles.ts';
import { candlesFrom } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { seeded } from '../../foundation/rng.ts';
import { testCandles } from '../../testing/candle-fakes.ts';
import { BarBuilder } from './bar-builder.ts';

type Row = readonly [time: number, price: number, amount: number, side: number];
const tradesOf = (rows: readonly Row[]): TradeTable => {
  const column = (k: number) => Float64Array.from(rows, (row) => row[k]!);
  return { length: rows.length, time: column(0), price: column(1), amount: column(2), side: column(3) };
};
const build = (name: string, trades: TradeTable) => {
  const builder = new BarBuilder(barSpec(name)!);
  builder.addTrades(trades);
  return builder.table();
};
const walk = (count: number): TradeTable => {
  const rng = seeded('trades');
  let price = 100;
  return tradesOf(
    Array.from({ length: count }, (_, i): Row => {
      price = Math.round((price + rng.normal()) * 10) / 10;
      return [Math.floor(i / 3) * 20 + rng.next(), price, 1 + rng.int(9), rng.int(3) - 1];
    }),
  );
};

describe('bars from trades', () => {
  it('volume bars end with the trade that fills them', () => {
    const bars = build(
      'vol:10',
      tradesOf([
        [1000, 5, 4, 1],
        [2000, 7, 4, 1],
        [3000, 6, 3, -1],
        [4000, 8, 10, 1],
        [5000, 1, 9, 1],
      ]),
    );
    expect([...bars.open]).toEqual([5, 8]);
    expect([...bars.high]).toEqual([7, 8]);
    expect([...bars.low]).toEqual([5, 8]);
    expect([...bars.close]).toEqual([6, 8]);
    expect([...bars.volume]).toEqual([11, 10]);
    expect([...bars.time]).toEqual([2999, 3999]);
    expect([...bars.extra!.openTime!]).toEqual([1000, 4000]);
    expect([...bars.extra!.imbalance!]).toEqual([5, 10]);
  });

  it('tick, dollar and range bars', () => {
    const trades = tradesOf([
      [1, 10, 1, 1],
      [2, 11, 2, 1],
      [3, 12, 1, 1],
      [4, 9, 1, -1],
      [5, 10, 5, 1],
      [6, 10, 1, 1],
    ]);
    expect([...build('tick:2', trades).close]).toEqual([11, 9, 10]);
    expect([...build('dollar:40', trades).close]).toEqual([12, 10]);
    expect([...build('range:2', trades).close]).toEqual([12]);
    expect([...build('range:20%', trades).close]).toEqual([12]);
  });

  it('renko bricks in percent are of the level that they begin at', () => {
    const prices = [100, 109, 110, 120, 121, 110, 97, 96];
    const bars = build('renko:10%', tradesOf(prices.map((p, i): Row => [i, p, 1, 0])));
    // From 100 to 110, by 11 to 121, and back by two of 12.1.
    expect([...bars.close]).toEqual([110, 121, 96]);
    expect([...bars.extra!.bricks!]).toEqual([1, 1, -1]);
  });

  it('renko bars end one brick on or two back, and a jump over several is one bar that counts them', () => {
    const prices = [100, 104, 110, 121, 115, 111, 109, 101, 90, 95, 131];
    const bars = build('renko:10', tradesOf(prices.map((p, i): Row => [i, p, 1, 0])));
    expect([...bars.close]).toEqual([110, 121, 90, 131]);
    expect([...bars.extra!.bricks!]).toEqual([1, 1, -2, 3]);
  });

  it('imbalance bars take sides from the data, else from the last change of price', () => {
    const bars = build(
      'imbalance:3',
      tradesOf([
        [1, 10, 1, 1],
        [2, 10, 1, -1],
        [3, 11, 2, 0],
        [4, 11, 1, 0],
        [5, 10, 3, 0],
      ]),
    );
    expect([...bars.close]).toEqual([11, 10]);
    expect([...bars.extra!.imbalance!]).toEqual([3, -3]);
  });

  it('times rise even where many bars end in one ms, and none is known before its last trade', () => {
    const bars = build(
      'tick:1',
      tradesOf([
        [5.4, 1, 1, 0],
        [5.5, 2, 1, 0],
        [5.6, 3, 1, 0],
      ]),
    );
    expect([...bars.time]).toEqual([5, 6, 7]);
  });
});

const names = ['tick:7', 'vol:40', 'dollar:5000', 'range:3', 'range:2%', 'renko:2', 'renko:1.5%', 'imbalance:25'];

it.each(names)('%s are the same however the trades are cut, and keep every trade of complete bars', (name) => {
  const trades = walk(900);
  const whole = build(name, trades);
  expect(whole.length).toBeGreaterThan(5);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 12 }), (cuts) => {
      const builder = new BarBuilder(barSpec(name)!);
      let from = 0;
      for (const to of [...cuts.sort((a, b) => a - b), 900]) {
        builder.addTrades(trades, from, to);
        from = to;
      }
      expect(builder.table()).toEqual(whole);
    }),
    { seed: 1, numRuns: 25 },
  );
  const used = whole.extra!.trades!.reduce((sum, x) => sum + x, 0);
  const volume = trades.amount.subarray(0, used).reduce((sum, x) => sum + x, 0);
  expect(whole.volume.reduce((sum, x) => sum + x, 0)).toBe(volume);
  for (let i = 0; i < whole.length; i++) {
    expect(whole.low[i]).toBeLessThanOrEqual(Math.min(whole.open[i]!, whole.close[i]!));
    expect(whole.high[i]).toBeGreaterThanOrEqual(Math.max(whole.open[i]!, whole.close[i]!));
    if (i > 0) expect(whole.time[i]).toBeGreaterThan(whole.time[i - 1]!);
  }
});

it.each(names.slice(1))('%s from candles stand where the completing candle closes, however they are cut', (name) => {
  const candles = testCandles(500);
  const size = name.startsWith('vol')
    ? 'vol:2000'
    : name.startsWith('imb')
      ? 'imbalance:600'
      : name.startsWith('dollar')
        ? 'dollar:2e5'
        : name;
  const frame = timeframe('5m');
  const whole = new BarBuilder(barSpec(size)!);
  whole.addCandles(candles, frame);
  const pieces = new BarBuilder(barSpec(size)!);
  for (let i = 0; i < 500; i++) pieces.addCandles(candles, frame, i, i + 1);
  const bars = whole.table();
  expect(bars.length).toBeGreaterThan(3);
  expect(pieces.table()).toEqual(bars);
  for (const time of bars.time) expect((time + 1) % 300_000).toBe(0);
});

it('refuses what cannot be built', () => {
  const candles = candlesFrom([{ time: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 }]);
  expect(() => new BarBuilder(barSpec('tick:3')!).addCandles(candles, timeframe('1m'))).toThrow(
    /tick bars count trades/,
  );
  expect(() => timeframe('volume:100')).toThrow(/"volume:100" is not a kind of bars/);
  expect(() => timeframe('renk:100')).toThrow(/Did you mean "renko"/);
  for (const bad of ['vol:', 'vol:-1', 'vol:x', 'tick:1.5', 'vol:5%', 'range:0'])
    expect(() => timeframe(bad)).toThrow(/has no usable size/);
  expect(timeframe('dollar:1e6').bars).toEqual({ kind: 'dollar', size: 1e6, isRelative: false });
});
