import { describe, expect, it } from 'vitest';
import { sliceCandles } from '../../../domain/candles.ts';
import { CALM, candlesOf, hourOf, type Prices, pairOf, runFixture, settingsOf } from './run-fixture.ts';

const calm = (n: number): Prices[] => Array.from({ length: n }, () => CALM);

describe('the end of a run', () => {
  it('leaves a trade open whose last open, rounded to tick, lies outside the candle: on spot, its stake is missing', () => {
    const hair: Prices = [100.000001, 100.01, 100.000001, 100.01];
    const pair = pairOf('A', [CALM, CALM, hair], { 0: 'enterLong' });
    const ends = (market: 'spot' | 'futures') => {
      const { trades, finalBalance } = runFixture([pair], settingsOf({ market }));
      return [trades.length, finalBalance];
    };
    expect([ends('spot'), ends('futures')]).toEqual([
      [0, 9_000],
      [0, 10_000],
    ]);
  });

  it('leaves pairs whose candles begin later last', () => {
    const candles = sliceCandles(candlesOf(calm(6)), 1, 6);
    const pairs = [pairOf('A', calm(5), { 1: 'enterLong' }, { candles }), pairOf('B', calm(6), { 3: 'enterLong' })];
    const { trades } = runFixture(pairs, settingsOf());
    expect(trades.map(({ pair, openTime, closeTime }) => [pair, hourOf(openTime), hourOf(closeTime)])).toEqual([
      ['B', 4, 5],
      ['A', 3, 5],
    ]);
  });

  it('withdraws an addition that waits', () => {
    const pair = pairOf('A', calm(4), { 0: 'enterLong' });
    const { trades, counts } = runFixture([pair], settingsOf({ unfilledTimeout: { entry: 600, exit: 600 } }), {
      adjustPosition: (held) => (held.filledEntries === 1 ? { stake: 500 } : null),
      customEntryPrice: ({ time }) => (hourOf(time) === 3 ? 90 : null),
      confirmEntry: () => true,
    });
    expect([trades[0]!.orders.length, counts.canceledEntryOrders]).toEqual([3, 0]);
    const waiting = runFixture([pair], settingsOf({ unfilledTimeout: { entry: 600, exit: 600 } }), {
      adjustPosition: (_held, time) => (hourOf(time) === 3 ? { stake: 500 } : null),
      customEntryPrice: ({ time }) => (hourOf(time) === 3 ? 90 : null),
    });
    expect([waiting.trades[0]!.orders.length, waiting.counts.canceledEntryOrders]).toEqual([2, 1]);
  });
});
