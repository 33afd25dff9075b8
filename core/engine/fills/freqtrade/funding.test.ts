import { describe, expect, it } from 'vitest';
import { fundingCosts } from './funding.ts';
import type { PendingOrder } from './ports.ts';
import { candlesOf, hourOf, pairOf, runFixture, START, settingsOf } from './run-fixture.ts';

const HOUR = 3_600_000;
const prices = Array.from({ length: 8 }, () => [100, 100, 100, 100] as const);
const rates = {
  length: 2,
  time: Float64Array.of(START + 2 * HOUR, START + 4 * HOUR),
  values: { rate: Float64Array.of(0.01, 0.01) },
};
const futures = settingsOf({ market: 'futures', canShort: true, maxEntryPositionAdjustment: 1 });
const mark = candlesOf(prices);

describe('fundingCosts', () => {
  it('ignores events without a mark candle of their time', () => {
    const events = { length: 2, time: Float64Array.of(START, START + 1), values: { rate: Float64Array.of(0.5, 0.5) } };
    const costs = fundingCosts(events, mark);
    expect([...costs.time]).toEqual([START]);
    expect([...costs.cost]).toEqual([50]);
  });
});

describe('funding of a trade', () => {
  it('is paid by a long opened exactly at one event and closed exactly at another', () => {
    const pair = pairOf('A', prices, { 1: 'enterLong', 3: 'exitLong' }, { funding: rates, mark });
    const [trade] = runFixture([pair], futures).trades;
    expect([hourOf(trade!.openTime), hourOf(trade!.closeTime)]).toEqual([2, 4]);
    expect(trade!.funding).toBe(-20);
    expect(trade!.profitAbs).toBe(-20);
  });

  it('is received by a short, and not paid between events', () => {
    const short = pairOf('A', prices, { 2: 'enterShort', 3: 'exitShort' }, { funding: rates, mark });
    expect(runFixture([short], futures).trades[0]!.funding).toBe(10);
    const once = { length: 1, time: rates.time, values: rates.values };
    const between = pairOf('A', prices, { 2: 'enterLong' }, { funding: once, mark });
    expect(runFixture([between], futures).trades[0]!.funding).toBe(0);
  });

  it('is charged twice to an addition exactly at an event', () => {
    const pair = pairOf('A', prices, { 0: 'enterLong' }, { funding: rates, mark });
    const adjustPosition = (_: unknown, time: number) => (hourOf(time) === 4 ? { stake: 1000 } : null);
    const [trade] = runFixture([pair], futures, { adjustPosition }).trades;
    // 10 coins at the first event and at the end of their segment, then 20 at the start of the next.
    expect(trade!.orders.map((order) => order.funding)).toEqual([null, -20, -20]);
    expect(trade!.profitAbs).toBe(-40);
  });

  it('of the segment that an addition opens at an event is out of sight of the exits of that candle', () => {
    const rising = prices.map((row, i) => (i === 4 ? ([100, 103, 100, 103] as const) : row));
    const pair = pairOf('A', rising, { 0: 'enterLong' }, { funding: rates, mark });
    const adjustPosition = (_: unknown, time: number) => (hourOf(time) === 4 ? { stake: 1000 } : null);
    const [trade] = runFixture([pair], { ...futures, roi: { 0: 0.012 } }, { adjustPosition }).trades;
    // 20 coins, 20 paid: 102.2 gains 24, which is 1.2 % of 2000. The other 20 are seen only when the trade has closed.
    expect([trade!.exitReason, hourOf(trade!.closeTime), trade!.closeRate, trade!.funding]).toEqual([
      'roi',
      4,
      102.2,
      -40,
    ]);
  });

  it('of the running segment is out of sight once an addition that waits is repriced, until the next hour', () => {
    // At 2:30, 102.2 gains 22 on 10 coins that have paid 10 for the event of 2:00: 1.2 % with it, 2.2 % without.
    const rising = prices.map((row, i) => (i === 2 ? ([100, 102.2, 100, 102.2] as const) : row));
    const halves = rising.flatMap((row, i) =>
      i === 2
        ? ([
            [100, 100, 100, 100],
            [100, 102.2, 100, 102.2],
          ] as const)
        : [row, row],
    );
    const pair = pairOf('A', rising, { 0: 'enterLong' }, { funding: rates, mark, detail: candlesOf(halves, HOUR / 2) });
    const settings = {
      ...futures,
      detailTimeframe: '30m',
      roi: { 0: 0.02 },
      unfilledTimeout: { entry: 600, exit: 600 },
    };
    const waits = {
      customEntryPrice: ({ time }: { readonly time: number }) => (hourOf(time) === 1 ? null : 80),
      adjustPosition: (_: unknown, time: number) => (hourOf(time) === 1.5 ? { stake: 1000 } : null),
    };
    const exitOf = (to: number) => {
      const adjustOrder = (_: unknown, { price }: PendingOrder, time: number) => (hourOf(time) === 2.5 ? to : price);
      const [trade] = runFixture([pair], settings, { ...waits, adjustOrder }).trades;
      return [trade!.exitReason, hourOf(trade!.closeTime)];
    };
    expect(exitOf(80)).toEqual(['force_exit', 7]);
    expect(exitOf(70)).toEqual(['roi', 2.5]);
  });

  it('is charged again in full to the rest of a partial exit at an event that leaves on the same candle', () => {
    const pair = pairOf('A', prices, { 0: 'enterLong', 3: 'exitLong' }, { funding: rates, mark });
    const adjustPosition = (_: unknown, time: number) => (hourOf(time) === 4 ? { stake: -500 } : null);
    const [trade] = runFixture([pair], futures, { adjustPosition }).trades;
    expect(trade!.orders.map((order) => [order.amount, order.funding])).toEqual([
      [10, null],
      [5, -20],
      [5, -10],
    ]);
  });
});
