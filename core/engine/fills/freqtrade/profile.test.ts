import { describe, expect, it } from 'vitest';
import { candlesFrom } from '../../../domain/candles.ts';
import { SIGNAL } from './ports.ts';
import { freqtradeProfile } from './profile.ts';
import {
  CALM,
  candlesOf,
  hourOf,
  type Prices,
  pairOf,
  runFixture,
  START,
  settingsOf,
  wideLimits,
} from './run-fixture.ts';

const calm = (n: number): Prices[] => Array.from({ length: n }, () => CALM);

describe('the course of a run', () => {
  it('drops the candle after the start-up ones and opens nothing on the last', () => {
    const pair = pairOf('A', calm(6), { 1: 'enterLong', 4: 'enterLong' }, { startup: 2 });
    expect(runFixture([pair], settingsOf()).trades).toEqual([]);
    const later = pairOf('A', calm(6), { 2: 'enterLong' }, { startup: 2 });
    expect(runFixture([later], settingsOf()).trades.map((trade) => hourOf(trade.openTime))).toEqual([3]);
  });

  it('leaves what is open at the open of the last candle, in pair-list order', () => {
    const prices: Prices[] = [...calm(4), [101, 103, 99, 100]];
    const pairs = [pairOf('A', prices, { 1: 'enterLong' }), pairOf('B', prices, { 0: 'enterLong' })];
    const { trades } = runFixture(pairs, settingsOf());
    expect(
      trades.map((trade) => [trade.pair, trade.id, trade.exitReason, trade.closeRate, hourOf(trade.closeTime)]),
    ).toEqual([
      ['A', 2, 'force_exit', 101, 4],
      ['B', 1, 'force_exit', 101, 4],
    ]);
  });

  it('locks pairs after exits, those at the end too', () => {
    const pair = pairOf('A', calm(8), { 0: 'enterLong', 1: 'exitLong', 2: 'enterLong', 4: 'enterLong' });
    const { trades, locks } = runFixture(
      [pair],
      settingsOf({ protections: [{ kind: 'cooldown', duration: { candles: 2 } }] }),
    );
    expect(trades.map((trade) => [hourOf(trade.openTime), trade.exitReason])).toEqual([
      [1, 'exit_signal'],
      [5, 'force_exit'],
    ]);
    expect(locks.map((lock) => [lock.pair, hourOf(lock.from), hourOf(lock.until)])).toEqual([
      ['A', 2, 5],
      ['A', 7, 10],
    ]);
  });

  it('takes pairs with open trades first, so that their exits make room', () => {
    const pairs = [pairOf('A', calm(6), { 2: 'enterLong' }), pairOf('B', calm(6), { 0: 'enterLong', 2: 'exitLong' })];
    const { trades, counts } = runFixture(pairs, settingsOf({ maxOpenTrades: 1 }));
    expect(trades.map((trade) => [trade.pair, hourOf(trade.openTime)])).toEqual([
      ['B', 1],
      ['A', 3],
    ]);
    expect(counts.rejectedSignals).toBe(0);
  });

  it('counts a signal without a free slot as rejected, and skips a stake that is not there in silence', () => {
    const pairs = [pairOf('A', calm(4), { 0: 'enterLong' }), pairOf('B', calm(4), { 0: 'enterLong' })];
    expect(runFixture(pairs, settingsOf({ maxOpenTrades: 1 })).counts.rejectedSignals).toBe(1);
    const poor = runFixture(pairs, settingsOf({ startingBalance: 1500 }));
    expect([poor.trades.length, poor.counts.rejectedSignals]).toEqual([1, 0]);
  });

  it('does not count the signal of a locked pair', () => {
    const stopped: Prices = [100, 100, 40, 100];
    const pairs = [
      pairOf('A', [CALM, stopped, CALM, CALM, CALM], { 0: 'enterLong', 1: 'enterLong', 2: 'enterLong' }),
      pairOf('B', [CALM, CALM, CALM, CALM, CALM], { 1: 'enterLong' }),
    ];
    const protections = [{ kind: 'cooldown', duration: { candles: 9 } }] as const;
    const { trades, counts } = runFixture(pairs, settingsOf({ maxOpenTrades: 1, protections }));
    expect(trades.map(({ pair }) => pair)).toEqual(['A', 'B']);
    expect(counts.rejectedSignals).toBe(0);
  });

  it('skips a pair without a candle at a time', () => {
    const late = candlesFrom(
      calm(3).map(([open, high, low, close], i) => ({
        time: START + (i + 3) * 3_600_000,
        open,
        high,
        low,
        close,
        volume: 1,
      })),
    );
    const pairs = [pairOf('A', calm(6), {}), pairOf('B', calm(3), { 0: 'enterLong' }, { candles: late })];
    expect(runFixture(pairs, settingsOf()).trades.map((trade) => hourOf(trade.openTime))).toEqual([4]);
  });

  it('refuses signals that do not cover the candles', () => {
    const pair = pairOf('A', calm(3), {}, { signals: new Uint8Array(2) });
    expect(() => freqtradeProfile({ pairs: [pair], settings: settingsOf(), sink: { closed() {} } })).toThrow(
      /FILLS_SIGNALS/,
    );
  });
});

describe('reversal', () => {
  const both = settingsOf({ market: 'margin', canShort: true });

  it('opens the other side on the candle that closed the trade', () => {
    const signals = new Uint8Array(6);
    signals[0] = SIGNAL.enterLong;
    signals[2] = SIGNAL.enterShort | SIGNAL.exitLong;
    const { trades } = runFixture([pairOf('A', calm(6), {}, { signals })], both);
    expect(trades.map((trade) => [trade.side, hourOf(trade.openTime), hourOf(trade.closeTime)])).toEqual([
      ['long', 1, 3],
      ['short', 3, 5],
    ]);
  });

  it('does not reenter the same side on that candle', () => {
    const prices: Prices[] = [CALM, CALM, CALM, [100, 100, 80, 90], CALM, CALM];
    const pair = pairOf('A', prices, { 0: 'enterLong', 2: 'enterLong' });
    expect(runFixture([pair], { ...both, stoploss: -0.1 }).trades).toHaveLength(1);
  });

  it('tries a signal twice where an unfilled entry of the other side was withdrawn and the new trade closed at once', () => {
    const prices: Prices[] = [CALM, CALM, [100, 120, 100, 100], ...calm(3)];
    const pair = pairOf('A', prices, { 0: 'enterLong', 1: 'enterShort' });
    const { trades } = runFixture(
      [pair],
      { ...both, stoploss: -0.1, unfilledTimeout: { entry: 600, exit: 10 } },
      { customEntryPrice: (ask) => (ask.direction > 0 ? 80 : null), adjustOrder: () => null },
    );
    expect(trades.map((trade) => [trade.side, hourOf(trade.openTime), trade.exitReason])).toEqual([
      ['short', 2, 'stop_loss'],
      ['short', 2, 'stop_loss'],
    ]);
  });
});

describe('orders that wait', () => {
  const dip: Prices[] = [CALM, CALM, CALM, [100, 100, 94, 100], CALM, CALM];

  it('time out, and an entry without a fill takes its trade along', () => {
    const { trades, counts, finalBalance } = runFixture([pairOf('A', dip, { 0: 'enterLong' })], settingsOf(), {
      customEntryPrice: () => 95,
    });
    expect([trades.length, counts.timedOutEntryOrders, finalBalance]).toEqual([0, 1, 10_000]);
  });

  it('are withdrawn alone where their trade holds something', () => {
    const { trades, counts } = runFixture([pairOf('A', calm(6), { 0: 'enterLong' })], settingsOf(), {
      customEntryPrice: ({ time }) => (hourOf(time) === 2 ? 80 : null),
      adjustPosition: (_trade, time) => (hourOf(time) === 2 ? { stake: 1000 } : null),
    });
    expect(trades.map(({ amount, closeTime }) => [amount, hourOf(closeTime)])).toEqual([[10, 5]]);
    expect([counts.timedOutEntryOrders, counts.canceledTradeEntries]).toEqual([1, 0]);
  });

  it('fill later at their price, the trade being as old as its order, and occupy a slot until then', () => {
    const pairs = [pairOf('A', dip, { 0: 'enterLong' }), pairOf('B', dip, { 1: 'enterLong' })];
    const patient = settingsOf({ unfilledTimeout: { entry: 600, exit: 10 }, maxOpenTrades: 1 });
    const { trades, counts } = runFixture(pairs, patient, {
      customEntryPrice: (ask) => (ask.pair === 'A' ? 95.004 : null),
      adjustOrder: (_trade, { price }) => price,
    });
    expect(
      trades.map((trade) => [trade.pair, trade.openRate, hourOf(trade.openTime), hourOf(trade.orders[0]!.time)]),
    ).toEqual([['A', 95, 1, 3]]);
    expect([counts.rejectedSignals, counts.replacedEntryOrders]).toEqual([1, 0]);
  });

  it('are not placed beyond the candle in the bad direction', () => {
    const { trades } = runFixture([pairOf('A', calm(4), { 0: 'enterLong' })], settingsOf(), {
      customEntryPrice: () => 250,
    });
    expect(trades[0]!.openRate).toBe(100);
  });

  it('are repriced for the same notional or cancelled', () => {
    const patient = settingsOf({ unfilledTimeout: { entry: 600, exit: 10 } });
    const pair = pairOf('A', calm(6), { 0: 'enterLong' });
    const replaced = runFixture([pair], patient, { customEntryPrice: () => 80, adjustOrder: () => 100 });
    expect(
      replaced.trades.map((trade) => [trade.amount, hourOf(trade.openTime), hourOf(trade.orders[0]!.time)]),
    ).toEqual([[10, 1, 2]]);
    expect(replaced.counts.replacedEntryOrders).toBe(1);
    const tagged = runFixture(
      [
        {
          ...pair,
          entryTags: new Map([
            [0, 'first'],
            [1, 'second'],
          ]),
        },
      ],
      patient,
      { customEntryPrice: () => 80, adjustOrder: () => 100 },
    ).trades[0]!;
    // The trade keeps its tag, the order takes that of the candle it was repriced on.
    expect([tagged.entryTag, tagged.orders[0]!.tag]).toEqual(['first', 'second']);
    const cancelled = runFixture([pair], patient, { customEntryPrice: () => 80, adjustOrder: () => null });
    expect([cancelled.trades.length, cancelled.counts.canceledTradeEntries]).toEqual([0, 1]);
  });

  it('give way to another exit reason only when that means another order', () => {
    const prices: Prices[] = [...calm(3), CALM, [100, 100, 85, 90], ...calm(2)];
    const pair = pairOf('A', prices, { 0: 'enterLong', 2: 'exitLong', 3: 'exitLong' });
    const patient = settingsOf({ stoploss: -0.1, unfilledTimeout: { entry: 10, exit: 600 } });
    const { trades } = runFixture([pair], patient, { customExitPrice: () => 120 });
    expect(trades.map((trade) => [trade.exitReason, trade.closeRate, hourOf(trade.closeTime)])).toEqual([
      // Candle 3 waits at 120; on candle 4 the same order again would change nothing, so the stop is next.
      ['stop_loss', 90, 4],
    ]);
  });
});

describe('exits', () => {
  it('prefer the signal at the open to a stop inside the candle', () => {
    const prices: Prices[] = [...calm(3), [99, 100, 80, 90], CALM];
    const pair = pairOf('A', prices, { 0: 'enterLong', 2: 'exitLong' }, { exitTags: new Map([[2, 'cross']]) });
    const [trade] = runFixture([pair], settingsOf({ stoploss: -0.1 })).trades;
    expect([trade!.exitReason, trade!.orders.at(-1)!.tag, trade!.closeRate]).toEqual(['cross', 'cross', 99]);
  });

  it('by signal wait for profit where told to', () => {
    const prices: Prices[] = [...calm(3), [101, 101, 101, 101], [102, 102, 102, 102], CALM, CALM];
    const pair = pairOf('A', prices, { 0: 'enterLong', 2: 'exitLong', 3: 'exitLong' });
    const [trade] = runFixture([pair], settingsOf({ exitProfitOnly: true, exitProfitOffset: 0.01 })).trades;
    expect(hourOf(trade!.closeTime)).toBe(4);
  });

  it('can be vetoed, one reason at a time', () => {
    const prices: Prices[] = [...calm(3), [100, 100, 80, 90], CALM];
    const pair = pairOf('A', prices, { 0: 'enterLong', 2: 'exitLong' });
    const [trade] = runFixture([pair], settingsOf({ stoploss: -0.1 }), {
      confirmExit: (_trade, _time, _rate, reason) => reason !== 'exit_signal',
    }).trades;
    expect([trade!.exitReason, trade!.closeRate]).toEqual(['stop_loss', 90]);
  });
});

describe('position adjustment', () => {
  it('averages the entries to tick and never moves the stop back', () => {
    const prices: Prices[] = [CALM, CALM, [89.99, 89.99, 89.99, 89.99], ...calm(2)];
    const [trade] = runFixture([pairOf('A', prices, { 0: 'enterLong' })], settingsOf({ stoploss: -0.2 }), {
      adjustPosition: (_held, time) => (hourOf(time) === 2 ? { stake: 900, tag: 'add' } : null),
    }).trades;
    expect(trade!.orders.map((order) => [order.price, order.amount, order.tag])).toEqual([
      [100, 10, null],
      [89.99, 10.001, 'add'],
      [100, 20.001, 'force_exit'],
    ]);
    // (1000 + 899.98999) / 20.001 = 94.9947…; its stop would be 76.
    expect([trade!.openRate, trade!.lastStop]).toEqual([94.99, 80]);
  });

  it('calls a stop that an average lifted a trailing one', () => {
    const prices: Prices[] = [CALM, CALM, [120, 120, 120, 120], [120, 120, 80, 90], CALM];
    const [trade] = runFixture([pairOf('A', prices, { 0: 'enterLong' })], settingsOf({ stoploss: -0.2 }), {
      adjustPosition: (_held, time) => (hourOf(time) === 2 ? { stake: 1200 } : null),
    }).trades;
    expect([trade!.openRate, trade!.exitReason, trade!.closeRate]).toEqual([110, 'trailing_stop_loss', 88]);
  });

  it('stops adding at the limit and ignores a reduction that would leave too little', () => {
    const pair = pairOf('A', calm(8), { 0: 'enterLong' }, { limits: { ...wideLimits, minCost: 100 } });
    const adds = runFixture([pair], settingsOf({ maxEntryPositionAdjustment: 2 }), {
      adjustPosition: () => ({ stake: 500 }),
    });
    expect(adds.trades[0]!.orders).toHaveLength(4);
    const crumbs = runFixture([pair], settingsOf(), { adjustPosition: () => ({ stake: -900 }) });
    expect(crumbs.trades[0]!.orders).toHaveLength(2);
  });

  it('frees the realised profit at once and gives the last exit the rest', () => {
    const prices: Prices[] = [CALM, CALM, [110, 110, 110, 110], [120, 120, 120, 120]];
    const { trades, fills, finalBalance } = runFixture([pairOf('A', prices, { 0: 'enterLong' })], settingsOf(), {
      adjustPosition: (held, time) =>
        hourOf(time) === 2 && held.filledExits === 0 ? { stake: -held.stake / 2 } : null,
    });
    expect(fills.map((fill) => [fill.tag, fill.held, fill.stake, fill.profit])).toEqual([
      [null, 10, 1000, 0],
      ['partial_exit', 5, 500, 50],
      ['force_exit', 0, 0, 100],
    ]);
    expect([trades[0]!.profitAbs, trades[0]!.profitRatio, finalBalance]).toEqual([150, 0.15, 10_150]);
  });
});

describe('detail timeframe', () => {
  const detailed = settingsOf({ detailTimeframe: '30m', stoploss: -0.1, maxOpenTrades: 1 });
  const detail = (prices: readonly Prices[]) => candlesOf(prices, 1_800_000);

  it('tells in which part of the candle the stop was hit, and does not reenter before the next candle', () => {
    const main: Prices[] = [CALM, [100, 100, 85, 95], [95, 95, 95, 95], [95, 95, 95, 95]];
    const small: Prices[] = [CALM, CALM, CALM, [100, 100, 85, 95], ...Array<Prices>(4).fill([95, 95, 95, 95])];
    const pair = pairOf('A', main, { 0: 'enterLong', 1: 'enterLong' }, { detail: detail(small) });
    const { trades } = runFixture([pair], detailed);
    expect(trades.map((trade) => [hourOf(trade.openTime), hourOf(trade.closeTime), trade.exitReason])).toEqual([
      [1, 1.5, 'stop_loss'],
      [2, 3, 'force_exit'],
    ]);
  });

  it('does not reenter at a later small candle once it was seen with an open trade', () => {
    const fall: Prices = [100, 100, 85, 95];
    const after: Prices = [95, 95, 95, 95];
    const main: Prices[] = [CALM, fall, after, after];
    const quarters = candlesOf([...calm(5), fall, ...Array<Prices>(10).fill(after)], 900_000);
    const pair = pairOf('A', main, { 0: 'enterLong' }, { detail: quarters });
    const { trades } = runFixture([pair], { ...detailed, detailTimeframe: '15m' });
    expect(trades.map((trade) => [hourOf(trade.openTime), hourOf(trade.closeTime)])).toEqual([[1, 1.25]]);
  });

  it('enters at the first small candle with a free slot', () => {
    const main: Prices[] = [CALM, CALM, [100, 100, 85, 95], [95, 95, 95, 95]];
    const small: Prices[] = [...calm(4), [100, 100, 85, 95], [95, 95, 95, 95], [95, 95, 95, 95], [95, 95, 95, 95]];
    const pairs = [
      pairOf(
        'A',
        main,
        { 1: 'enterLong' },
        { detail: detail(small.map((row) => (row[2] === 85 ? [100, 100, 97, 95] : row))) },
      ),
      pairOf('B', main, { 0: 'enterLong' }, { detail: detail([...calm(5), [100, 100, 85, 95], ...small.slice(6)]) }),
    ];
    const { trades, counts } = runFixture(pairs, detailed);
    expect(trades.map((trade) => [trade.pair, hourOf(trade.openTime)])).toEqual([
      ['B', 1],
      ['A', 2.5],
    ]);
    expect(counts.rejectedSignals).toBe(1);
  });

  it('enters again after a trade that opened and closed within one small candle', () => {
    const main: Prices[] = [CALM, [100, 100, 85, 95], [95, 95, 95, 95]];
    const small: Prices[] = [CALM, CALM, [100, 100, 85, 95], ...Array<Prices>(3).fill([95, 95, 95, 95])];
    const pair = pairOf('A', main, { 0: 'enterLong' }, { detail: detail(small) });
    const { trades } = runFixture([pair], detailed);
    expect(trades.map((trade) => [hourOf(trade.openTime), hourOf(trade.closeTime), trade.exitReason])).toEqual([
      [1, 1, 'stop_loss'],
      [1.5, 2, 'force_exit'],
    ]);
  });

  it('takes entries in the last main candle after its first small one', () => {
    const pair = pairOf('A', calm(3), { 1: 'enterLong' }, { detail: detail(calm(6)) });
    const { trades } = runFixture([pair], detailed);
    expect(trades.map((trade) => [hourOf(trade.openTime), hourOf(trade.closeTime)])).toEqual([[2.5, 2]]);
  });

  it('draws up the order of pairs anew at each small candle, those with open trades first', () => {
    // A leaves within its first small candle, so B may enter there; B leaves within the second one, before A is asked, and A has the slot again.
    const fall: Prices = [100, 100, 85, 95];
    const after: Prices = [95, 95, 95, 95];
    const pair = (name: string, small: readonly Prices[]) =>
      pairOf(name, [CALM, CALM, CALM, CALM], { 0: 'enterLong' }, { detail: detail(small) });
    const pairs = [
      pair('A', [CALM, CALM, fall, ...Array<Prices>(5).fill(after)]),
      pair('B', [...calm(3), fall, ...Array<Prices>(4).fill(after)]),
      pair('C', calm(8)),
    ];
    const { trades } = runFixture(pairs, detailed);
    expect(trades.map((trade) => [trade.pair, hourOf(trade.openTime)])).toEqual([
      ['A', 1],
      ['B', 1],
      ['A', 1.5],
    ]);
  });

  it('takes a main candle without detail whole', () => {
    const pair = pairOf('A', calm(4), { 0: 'enterLong' }, { detail: detail([CALM]) });
    expect(runFixture([pair], detailed).trades.map((trade) => hourOf(trade.openTime))).toEqual([1]);
  });
});

describe('balance', () => {
  it('ties the stake of open trades and adds up to the starting balance plus realised profit', () => {
    const pair = pairOf('A', calm(4), { 0: 'enterLong' });
    const profile = freqtradeProfile({ pairs: [pair], settings: settingsOf(), sink: { closed() {} } });
    const { from } = profile.start();
    profile.step(from);
    expect(profile.balance()).toEqual({ free: 9000, tied: 1000 });
  });

  it('is whole again after an exit, and after an entry that was withdrawn', () => {
    const all = settingsOf({ stakeAmount: 'unlimited', maxOpenTrades: 1 });
    const pair = pairOf('A', calm(8), { 0: 'enterLong', 1: 'exitLong', 2: 'enterLong', 4: 'enterLong' });
    const { trades } = runFixture([pair], all, {
      customEntryPrice: ({ time }) => (hourOf(time) === 3 ? 80 : null),
    });
    expect(trades.map(({ openTime, stake }) => [hourOf(openTime), stake])).toEqual([
      [1, 10_000],
      [5, 10_000],
    ]);
  });
});
