import { describe, expect, it } from 'vitest';
import type { FreqtradeCallbacks, FreqtradeSettings } from './ports.ts';
import { CALM, hourOf, type Prices, pairOf, runFixture, settingsOf, wideLimits } from './run-fixture.ts';

// What the reference engine does with callbacks, found by running both on random answers of them.

const flat = (price: number): Prices => [price, price, price, price];
const at = (time: number, hour: number) => hourOf(time) === hour;

function only(prices: readonly Prices[], callbacks: FreqtradeCallbacks, settings: Partial<FreqtradeSettings> = {}) {
  const pair = pairOf('A', prices, { 0: 'enterLong' });
  return runFixture([pair], settingsOf(settings), callbacks);
}

describe('a custom entry price', () => {
  it('that is the open is not rounded to tick: it lies in the candle', () => {
    const hair: Prices = [100.000001, 101, 100.000001, 101];
    const { trades } = only([CALM, hair, flat(101), flat(101)], { customEntryPrice: ({ rate }) => rate });
    expect(hourOf(trades[0]!.openTime)).toBe(1);
  });

  it('is asked for additions, too', () => {
    const { trades } = only([CALM, CALM, [100, 100, 90, 95], flat(95), flat(95)], {
      customEntryPrice: ({ time }) => (at(time, 2) ? 92 : null),
      adjustPosition: (_held, time) => (at(time, 2) ? { stake: 920 } : null),
    });
    expect(trades[0]!.orders.slice(0, 2).map(({ price, amount }) => [price, amount])).toEqual([
      [100, 10],
      [92, 10],
    ]);
  });
});

describe('a new order', () => {
  it('takes the place of whatever else of its trade waits', () => {
    const { trades, counts } = only(
      [CALM, CALM, CALM, CALM, [100, 120, 80, 100], CALM],
      {
        // Additions wait at 90, then at 95, which the fifth candle reaches; the first is withdrawn for the second.
        customEntryPrice: ({ time }) => (at(time, 2) ? 90 : at(time, 3) ? 95 : null),
        adjustPosition: (_held, time) => (at(time, 2) || at(time, 3) ? { stake: 950 } : null),
      },
      { unfilledTimeout: { entry: 600, exit: 600 } },
    );
    expect(trades[0]!.orders.slice(0, 2).map(({ price, amount }) => [price, amount])).toEqual([
      [100, 10],
      [95, 10],
    ]);
    expect(counts.canceledEntryOrders).toBe(1);
  });
});

describe('an addition', () => {
  it('keeps the whole position within what its leverage allows', () => {
    const tiers = [
      { minNotional: 0, maxNotional: 1300, maintenanceMarginRate: 0.01, maxLeverage: 1, maintenanceAmount: 0 },
    ];
    const pair = pairOf('A', Array<Prices>(5).fill(CALM), { 0: 'enterLong' }, { limits: { ...wideLimits, tiers } });
    const { trades } = runFixture([pair], settingsOf({ market: 'futures' }), {
      adjustPosition: (_held, time) => (at(time, 2) ? { stake: 1000 } : null),
    });
    expect(trades[0]!.orders.map(({ amount }) => amount)).toEqual([10, 3, 13]);
  });

  it('withdraws an exit that waits', () => {
    const prices: Prices[] = [CALM, CALM, CALM, CALM, [100, 130, 100, 100], CALM];
    const pair = pairOf('A', prices, { 0: 'enterLong', 1: 'exitLong' });
    const { trades } = runFixture([pair], settingsOf({ unfilledTimeout: { entry: 600, exit: 600 } }), {
      customExitPrice: () => 120,
      adjustPosition: (_held, time) => (at(time, 3) ? { stake: 1000 } : null),
    });
    expect(trades[0]!.orders.map(({ tag }) => tag)).toEqual([null, null, 'force_exit']);
  });
});

describe('a repriced entry', () => {
  const waits: FreqtradeCallbacks = { customEntryPrice: () => 80 };
  const patient = { unfilledTimeout: { entry: 600, exit: 10 } };

  it('keeps its notional although the account has nothing left, and is confirmed again', () => {
    const all = { ...patient, stakeAmount: 10_000 } as const;
    const { trades } = only([...Array<Prices>(5).fill(CALM)], { ...waits, adjustOrder: () => 100 }, all);
    expect(trades[0]!.orders[0]).toMatchObject({ price: 100, amount: 100 });
    const vetoed = only(
      [...Array<Prices>(5).fill(CALM)],
      { ...waits, adjustOrder: () => 100, confirmEntry: ({ time }) => at(time, 1) },
      patient,
    );
    expect([vetoed.trades.length, vetoed.counts.replacedEntryOrders, vetoed.counts.canceledTradeEntries]).toEqual([
      0, 1, 1,
    ]);
  });

  it('that fills at once changes a stake that the account sees at the next fill only', () => {
    // 12 at 80 are 960; 9 at 100 are 900, and B may still have no more than 2000 - 960.
    const limits = { ...wideLimits, amountStep: 1 };
    const pairs = [
      pairOf('A', Array<Prices>(5).fill(CALM), { 0: 'enterLong' }, { limits }),
      pairOf('B', Array<Prices>(5).fill(CALM), { 1: 'enterLong' }),
    ];
    const settings = settingsOf({ ...patient, stakeAmount: 'unlimited', startingBalance: 2000, maxOpenTrades: 2 });
    const { trades } = runFixture(pairs, settings, {
      customEntryPrice: ({ pair }) => (pair === 'A' ? 80 : null),
      adjustOrder: () => 100,
      stake: ({ pair }, proposed, _least, most) => (pair === 'A' ? proposed : most),
    });
    expect(trades.map(({ pair, stake }) => [pair, stake])).toEqual([
      ['A', 900],
      ['B', 1040],
    ]);
  });

  it('ties the stake of its first order until it fills', () => {
    // 12 at 80 are 960; at 70, 13.7 are 959, of which the account knows nothing yet.
    const limits = { ...wideLimits, amountStep: 1 };
    const pairs = [
      pairOf('A', Array<Prices>(5).fill(CALM), { 0: 'enterLong' }, { limits }),
      pairOf('B', Array<Prices>(5).fill(CALM), { 2: 'enterLong' }),
    ];
    const settings = settingsOf({ ...patient, stakeAmount: 'unlimited', startingBalance: 2000, maxOpenTrades: 2 });
    const { trades } = runFixture(pairs, settings, {
      customEntryPrice: ({ pair }) => (pair === 'A' ? 80 : null),
      adjustOrder: (_held, { price }, time) => (at(time, 2) ? 70 : price),
      stake: ({ pair }, proposed, _least, most) => (pair === 'A' ? proposed : most),
    });
    expect(trades.map(({ pair, stake }) => [pair, stake])).toEqual([['B', 1040]]);
  });
});

describe('a repriced exit', () => {
  it('goes on for its reason, rounded to tick and not confirmed again, or is cancelled', () => {
    const patient = settingsOf({ unfilledTimeout: { entry: 10, exit: 600 } });
    const pair = pairOf('A', [CALM, CALM, CALM, CALM, [100, 110, 100, 105], CALM, CALM], {
      0: 'enterLong',
      1: 'exitLong',
    });
    const asked: unknown[] = [];
    const leaving = (answer: number | null) =>
      runFixture([pair], patient, {
        customExitPrice: () => 120,
        confirmExit: (_trade, time) => at(time, 2),
        adjustOrder: (_trade, { isEntry, price, created, tag }, time, open) => {
          asked.push([isEntry, price, hourOf(created), tag, hourOf(time), open]);
          return price === 120 ? answer : price;
        },
      }).trades.map((trade) => [trade.exitReason, trade.closeRate, hourOf(trade.closeTime)]);
    expect(leaving(108.004)).toEqual([['exit_signal', 108, 4]]);
    expect(asked).toEqual([
      [false, 120, 2, 'exit_signal', 3, 100],
      [false, 108, 3, 'exit_signal', 4, 100],
    ]);
    expect(leaving(null)).toEqual([['force_exit', 100, 6]]);
  });
});

describe('a repriced entry that is too small for its new price', () => {
  it('is withdrawn, and its trade with it', () => {
    const limits = { ...wideLimits, minAmount: 11 };
    const pair = pairOf('A', [...Array<Prices>(5).fill(CALM)], { 0: 'enterLong' }, { limits });
    const patient = settingsOf({ unfilledTimeout: { entry: 600, exit: 10 } });
    const { trades, counts } = runFixture([pair], patient, { customEntryPrice: () => 80, adjustOrder: () => 100 });
    // 1,000 buys 12.5 at 80; 11 at 100, with 5 % to spare, would take 1,155.
    expect([trades.length, counts.canceledTradeEntries]).toEqual([0, 1]);
  });
});

describe('a custom ROI', () => {
  it('that is reached at an open fills there, as one of the table that comes into force', () => {
    const { trades } = only([CALM, CALM, [110, 110, 104, 104], CALM], {
      customRoi: (_held, time) => (at(time, 2) ? 0.05 : null),
    });
    expect([trades[0]!.exitReason, trades[0]!.closeRate]).toEqual(['roi', 110]);
  });
});

describe('a custom exit', () => {
  it('goes whatever the profit is; an exit signal waits for profit where told to', () => {
    const { trades } = only(
      [CALM, CALM, flat(95), CALM],
      { customExit: (_held, time) => (at(time, 2) ? 'whim' : null) },
      { exitProfitOnly: true },
    );
    expect([trades[0]!.exitReason, hourOf(trades[0]!.closeTime)]).toEqual(['whim', 2]);
  });
});

describe('a very small price that was asked for', () => {
  it('has its average cut after 18 decimals, as profits show', () => {
    const small: Prices = [0.00001537, 0.0000154, 0.0000153, 0.00001537];
    const limits = { ...wideLimits, priceTick: 1e-8, amountStep: 1e9 };
    const pair = pairOf('A', [small, small, small, small], { 0: 'enterLong' }, { limits });
    const patient = settingsOf({ unfilledTimeout: { entry: 600, exit: 10 }, stakeAmount: 1.5e7, startingBalance: 1e8 });
    const { trades } = runFixture([pair], patient, {
      customEntryPrice: () => 0.000015,
      adjustOrder: () => 0.00001537116895860387,
    });
    // 9.75e11 × (0.00001537 - 0.000015371168958603); with all digits it would be -1139.73463877.
    expect(trades[0]).toMatchObject({ amount: 9.75e11, profitAbs: -1139.73463793 });
  });
});

describe('a partial exit', () => {
  it('asks for its price', () => {
    const { trades } = only([CALM, CALM, [100, 110, 100, 100], CALM], {
      adjustPosition: (held, time) => (at(time, 2) ? { stake: -held.stake / 2 } : null),
      customExitPrice: (_held, _time, _rate, _profit, reason) => (reason === 'partial_exit' ? 105 : null),
    });
    expect(trades[0]!.orders[1]).toMatchObject({ price: 105, amount: 5 });
  });

  it('is ignored where the rest would be worth less than the least cost, with a reserve, leverage not counted', () => {
    const of = (left: number) => {
      const pair = pairOf(
        'A',
        [CALM, CALM, CALM, CALM],
        { 0: 'enterLong' },
        { limits: { ...wideLimits, minCost: 90 } },
      );
      const reduce = {
        adjustPosition: (_held: unknown, time: number) => (at(time, 2) ? { stake: left - 1000 } : null),
      };
      return runFixture([pair], settingsOf(), reduce).trades[0]!.orders.length;
    };
    // 90 * 1.05 / 0.9 = 105
    expect([of(104), of(106)]).toEqual([2, 3]);
  });

  it('of more than there is is ignored; all that there is goes', () => {
    const leave = (share: number) =>
      only([CALM, CALM, CALM, CALM], {
        adjustPosition: (held, time) => (at(time, 2) ? { stake: -share * held.stake } : null),
      }).trades[0]!;
    expect([leave(1.01).exitReason, leave(1).exitReason]).toEqual(['force_exit', 'partial_exit']);
  });

  it('has its amount as a double before it is cut to the step', () => {
    const limits = { ...wideLimits, priceTick: 1e-8, minCost: 0.001 };
    const price = 0.000044800000000000005;
    const wide: Prices = [price, 0.000045, 0.000044, price];
    const pair = pairOf('A', [wide, wide, wide, wide], { 0: 'enterLong' }, { limits });
    const { fills } = runFixture([pair], settingsOf({ stakeAmount: 0.2, startingBalance: 1 }), {
      adjustPosition: (held, time) => (at(time, 2) ? { stake: -0.4 * held.stake } : null),
    });
    // 0.0799999872 * 4464.285 / 0.199999968 is cut to 1785.7139… in decimals, and rounds to 1785.714.
    expect(fills[1]!.amount).toBe(1785.714);
  });
});

describe('a custom stop', () => {
  it('gives the trailing stop its ratio', () => {
    const { trades } = only(
      [CALM, CALM, [100, 110, 100, 110], [110, 110, 90, 90], CALM],
      { customStop: (_held, _time, _rate, _profit, afterFill) => (afterFill ? null : -0.1) },
      { stoploss: -0.02, trailingStop: true },
    );
    // From the best price so far, 110, by the answer and not by the stop-loss.
    expect(trades.map(({ exitReason, closeRate }) => [exitReason, closeRate])).toEqual([['trailing_stop_loss', 99]]);
  });

  it('of nothing is no answer', () => {
    const { trades } = only([CALM, CALM, CALM, [100, 100, 80, 90], CALM], { customStop: () => 0 }, { stoploss: -0.1 });
    expect(trades[0]).toMatchObject({ exitReason: 'stop_loss', closeRate: 90 });
  });

  it('after a partial exit is reckoned once more, from the average entry', () => {
    const { trades } = only([CALM, CALM, [90, 90, 90, 90], [90, 90, 88, 88], CALM], {
      adjustPosition: (held, time) => (at(time, 2) ? { stake: -held.stake / 2 } : null),
      customStop: (_held, time, _rate, _profit, afterFill) => (afterFill && at(time, 2) ? -0.11 : null),
    });
    // Asked at 90 it is 80.1; from the entry at 100 it is 89, and so it counts as moved.
    expect(trades[0]).toMatchObject({ exitReason: 'trailing_stop_loss', closeRate: 89 });
  });
});

describe('a custom stop after an addition', () => {
  const add: FreqtradeCallbacks['adjustPosition'] = (_held, time) => (at(time, 2) ? { stake: 900 } : null);
  const answer = (ratio: number): FreqtradeCallbacks => ({
    adjustPosition: add,
    customStop: (_held, time, _rate, _profit, afterFill) => (afterFill && at(time, 2) ? ratio : null),
  });

  it('is reckoned once more, from the average entry', () => {
    const { trades } = only([CALM, CALM, flat(90), [90, 90, 84, 84], CALM], answer(-0.1));
    // 81 from the fill at 90, 85.5 from the average of 95.
    expect(trades[0]).toMatchObject({ exitReason: 'trailing_stop_loss', closeRate: 85.5 });
  });

  it('is reckoned from the average entry when an addition is ordered, filled or not', () => {
    // Raised to 95 from a high of 95 / 0.99 at the third candle; 100 · 0.99 is more.
    const prices: Prices[] = [CALM, CALM, [98, 98, 98, 98], flat(98), flat(98)];
    const run = (isAdding: boolean) =>
      only(
        prices,
        {
          customStop: (_held, time) => (at(time, 2) ? -0.04 : null),
          customEntryPrice: ({ time }) => (at(time, 3) ? 90 : null),
          adjustPosition: (_held, time) => (isAdding && at(time, 3) ? { stake: 900 } : null),
        },
        { unfilledTimeout: { entry: 600, exit: 600 } },
      ).trades[0]!.lastStop;
    expect([run(false), run(true)]).toEqual([94.08, 96]);
  });

  it('is not asked where the fill lies beyond the stop', () => {
    const { trades } = only([CALM, CALM, [94, 94, 93, 93], flat(93), flat(93)], answer(-0.2), { stoploss: -0.05 });
    expect([trades[0]!.exitReason, hourOf(trades[0]!.closeTime)]).toEqual(['stop_loss', 2]);
  });
});

describe('a confirmation of exits', () => {
  it('is not asked when the venue liquidates', () => {
    const market = { market: 'futures' as const, canShort: true, leverage: 10, stoploss: -0.99 };
    const tiers = [
      { minNotional: 0, maxNotional: 1e6, maintenanceMarginRate: 0.01, maxLeverage: 20, maintenanceAmount: 0 },
    ];
    const pair = pairOf(
      'A',
      [CALM, CALM, [100, 100, 90.5, 92], CALM],
      { 0: 'enterLong' },
      { limits: { ...wideLimits, tiers } },
    );
    const { trades } = runFixture([pair], settingsOf(market), { confirmExit: () => false });
    expect(trades.map(({ exitReason }) => exitReason)).toEqual(['liquidation']);
  });
});
