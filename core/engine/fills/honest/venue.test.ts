import { describe, expect, it } from 'vitest';
import { fixedSlippage } from '../slippage.ts';
import { long, type Row, runOne, runTest, Scripted, short, still } from './run-fixture.ts';

/** The reason, price and minute of the only trade's end. */
const ending = ({ trades }: ReturnType<typeof runOne>) =>
  trades.map((t) => `${t.reason} ${t.closeRate} at ${t.closed}`).join(', ');

describe('market orders', () => {
  it('fill at the next open', () => {
    const { fills, trades } = runOne([still(100), [101, 105, 99, 104], [103, 103, 103, 103], still(103)], long(0, 1));
    expect(fills.map((f) => [f.minute, f.amount, f.price])).toEqual([
      [5, 10, 101],
      [10, -10, 103],
    ]);
    expect(trades[0]).toMatchObject({ profit: 20, reason: 'exit_signal', entryTag: 'in', exitTag: 'out' });
  });

  it('pay half the spread and the slippage, and step against the taker to the next tick', () => {
    const costs = { halfSpread: 0.0005, slippage: fixedSlippage({ bps: 10 }) };
    const { fills } = runOne([still(100), still(100.1), still(100.1)], long(0, 1), {}, { venue: costs });
    // 100.1 × 1.0015 = 100.25015 -> 100.3; 100.1 × 0.9985 = 99.94985 -> 99.9
    expect(fills.map((f) => f.price)).toEqual([100.3, 99.9]);
  });

  it('move with the decision latency along the candle, but never to a better price', () => {
    const rising: Row[] = [still(100), [100, 110, 100, 110], still(110)];
    const falling: Row[] = [still(100), [100, 100, 90, 90], still(90)];
    const late = { venue: { latency: 150e9 } };
    expect(runOne(rising, long(0), {}, late).fills[0]).toMatchObject({ price: 105 });
    expect(runOne(falling, long(0), {}, late).fills[0]).toMatchObject({ price: 100 });
  });

  it('reach the market a candle later when the latency is longer than the candle', () => {
    const rows: Row[] = [still(100), still(101), still(102), still(103)];
    expect(runOne(rows, long(0), {}, { venue: { latency: 301e9 } }).fills[0]).toMatchObject({ minute: 10, price: 102 });
  });

  it('trade in the first detail candle, which may end what they opened', () => {
    const rows: Row[] = [still(100), [100, 104, 90, 104], still(104)];
    const first: Row[] = [[100, 101, 90, 101], ...[101, 102, 103, 104].map((p) => still(p))];
    const detail = [
      ...Array.from({ length: 5 }, () => still(100)),
      ...first,
      ...Array.from({ length: 5 }, () => still(104)),
    ];
    const { trades } = runOne(rows, long(0), { stoploss: -0.05 }, { market: { detail } });
    expect(trades.map(({ opened, openRate, closed, closeRate }) => [opened, openRate, closed, closeRate])).toEqual([
      [5, 100, 5, 95],
    ]);
  });

  it('reach a later detail candle when the latency is long', () => {
    const detail = [still(100), still(100), still(100), still(100), still(100)].concat(
      [100, 101, 102, 103, 104].map((p) => still(p)),
      [104, 104, 104, 104, 104].map((p) => still(p)),
    );
    const rows: Row[] = [still(100), [100, 104, 100, 104], still(104)];
    const { fills } = runOne(rows, long(0), {}, { venue: { latency: 125e9 }, market: { detail } });
    expect(fills[0]).toMatchObject({ minute: 7, price: 102 });
  });

  it('are cut to what cash pays for, fee included, and never take free cash below zero', () => {
    const spec = { takerFee: 0.001, makerFee: 0.001 };
    const wish = { balance: 1000, stake: 1000, market: { spec } };
    const { fills, account } = runOne([still(100), still(101), still(101)], long(0), {}, wish);
    // 1,000 at 100 would be 9.99 lots with its fee; at 101 it is 1000 / (101 × 1.001) = 9.891
    expect(fills[0]).toMatchObject({ amount: 9.891, price: 101 });
    expect(account.free).toBeGreaterThanOrEqual(0);
  });

  it('wait through a gap in the data', () => {
    const { fills } = runOne(
      [still(100), still(101), still(102), still(103)],
      long(0),
      {},
      { market: { gaps: [1, 2] } },
    );
    expect(fills[0]).toMatchObject({ minute: 15, price: 103 });
  });

  it('are rejected at the end of the data, where entries can never fill', () => {
    const { fills, refused } = runOne([still(100), still(101)], long(1));
    expect(fills).toEqual([]);
    expect(refused).toEqual({ end_of_data: 1 });
  });
});

describe('stops', () => {
  const stop = { stoploss: -0.05 };

  it('fill at the trigger when the candle reaches it', () => {
    expect(ending(runOne([still(100), still(100), [100, 101, 94, 96], still(96)], long(0), stop))).toBe(
      'stop_loss 95 at 10',
    );
  });

  it('fill at the open when the market gaps through', () => {
    expect(ending(runOne([still(100), still(100), [92, 93, 90, 91], still(91)], long(0), stop))).toBe(
      'stop_loss 92 at 10',
    );
    expect(ending(runOne([still(100), still(100), [108, 109, 107, 108], still(108)], short(0), stop))).toBe(
      'stop_loss 108 at 10',
    );
  });

  it('count in the candle in which the position was opened', () => {
    expect(ending(runOne([still(100), [100, 101, 94, 100], still(100)], long(0), stop))).toBe('stop_loss 95 at 5');
  });

  it('slip like every taker', () => {
    const venue = { slippage: fixedSlippage({ bps: 100 }) };
    // Entry 101; stop 101 × 0.95 = 95.95 -> 96 (towards the entry); 96 × 0.99 = 95.04 -> 95
    expect(ending(runOne([still(100), still(100), [100, 100, 94, 95], still(95)], long(0), stop, { venue }))).toBe(
      'stop_loss 95 at 10',
    );
  });

  it('come before the order of an exit signal when the market opens beyond both', () => {
    const rows: Row[] = [still(100), still(100), [90, 90, 90, 90], still(90)];
    expect(ending(runOne(rows, long(0, 1), stop))).toBe('stop_loss 90 at 10');
  });
});

describe('a candle in which both a stop and a target lie', () => {
  const both = { stoploss: -0.05, minimalRoi: { 0: 0.05 } };

  it('is taken to have reached the stop first', () => {
    expect(ending(runOne([still(100), still(100), [100, 106, 94, 100], still(100)], long(0), both))).toBe(
      'stop_loss 95 at 10',
    );
  });

  it('lies beyond the market at once where the spread of its own entry is wider: then it sells at the market', () => {
    // A limit that takes: 105 is paid for what is worth 100. A stop 1 % below what was paid is above that.
    const attributes = { stoploss: -0.01, entryPrice: () => 106 };
    const rows: Row[] = [still(100), still(100), still(100)];
    const { trades } = runOne(rows, long(0), attributes, { venue: { halfSpread: 0.05 } });
    expect(trades[0]).toMatchObject({ reason: 'stop_loss', openRate: 105, closeRate: 95, opened: 5, closed: 5 });
  });

  it('is resolved by detail candles', () => {
    const five = (...rows: Row[]) => rows;
    const flat = Array.from({ length: 5 }, () => still(100));
    const upFirst = five(still(100), [100, 106, 100, 106], [106, 106, 94, 94], still(94), [94, 100, 94, 100]);
    const rows: Row[] = [still(100), still(100), [100, 106, 94, 100], still(100)];
    const detail = [...flat, ...flat, ...upFirst, ...flat];
    expect(ending(runOne(rows, long(0), both, { market: { detail } }))).toBe('roi 105 at 11');
  });

  it('has reached the target when the market opens beyond it: the open comes first', () => {
    expect(ending(runOne([still(100), still(100), [107, 108, 94, 100], still(100)], long(0), both))).toBe(
      'roi 107 at 10',
    );
  });
});

describe('limits', () => {
  const limit = (price: number) => ({ entryPrice: () => price });

  it('stay unfilled when the market merely touches them, and fill a tick further', () => {
    const touched: Row[] = [still(100), [100, 100, 98, 99], still(99)];
    const through: Row[] = [still(100), [100, 100, 97.9, 99], still(99)];
    expect(runOne(touched, long(0), limit(98)).fills).toEqual([]);
    expect(runOne(through, long(0), limit(98)).fills[0]).toMatchObject({ price: 98, maker: true });
  });

  it('fill at the open when the market gaps through: the better of limit and open', () => {
    const rows: Row[] = [still(100), still(100), [96, 97, 95, 97], still(97)];
    expect(runOne(rows, long(0), limit(98)).fills[0]).toMatchObject({ price: 96, maker: true, minute: 10 });
  });

  it('take when they arrive beyond the market, at the market, as a taker', () => {
    const spec = { takerFee: 0.001, makerFee: 0 };
    const { fills } = runOne([still(100), still(99), still(99)], long(0), limit(100), { market: { spec } });
    expect(fills[0]).toMatchObject({ price: 99, maker: false });
  });

  it('get a share of the volume at most, candle by candle, as one entry', () => {
    const thin: Row = [100, 100, 97, 99, 40];
    const { fills, slots, trades } = runOne(
      [still(100), thin, thin, [100, 100, 99, 100], still(100)],
      long(0, 3),
      limit(98),
      { stake: 980 },
    );
    // A tenth of 40 is 4: two fills of the 10 wanted; the rest is withdrawn with the exit.
    expect(fills.map((f) => [f.minute, f.amount, f.price])).toEqual([
      [5, 4, 98],
      [10, 4, 98],
      [20, -8, 100],
    ]);
    expect(trades).toHaveLength(1);
    expect(slots[0]!.entry).toBeNull();
  });

  it('share one volume among all that rests on a pair', () => {
    const thin: Row = [100, 100, 97, 99, 40];
    const reach: Row = [100, 106, 97, 100, 40];
    const { fills } = runOne(
      [still(100), thin, reach, still(100)],
      long(0),
      { ...limit(98), minimalRoi: { 0: 0.05 } },
      {
        stake: 980,
      },
    );
    // The second candle fills four more of the entry; nothing is left for the target.
    expect(fills.map((f) => [f.minute, f.purpose])).toEqual([
      [5, 'entry'],
      [10, 'entry'],
      [20, 'exit'],
    ]);
  });

  it('hold their cash back until they fill or end', () => {
    const free: number[] = [];
    const script = (i: number, act: Scripted, bar: { account: { free: number } }) => {
      if (i === 0) act.enter.long();
      free.push(bar.account.free);
    };
    const rows: Row[] = [still(100), still(100), still(100), still(100)];
    const attributes = { ...limit(90), unfilledTimeout: { entry: 10, exit: 10 } };
    runOne(rows, script as never, attributes, { stake: 900, balance: 1000 });
    // Withdrawn after ten minutes, at the close of the third candle: free again after it.
    expect(free).toEqual([1000, 100, 100, 1000]);
  });

  it('do not fill before they arrive', () => {
    const rows: Row[] = [still(100), [100, 100, 90, 100], still(100), still(100)];
    expect(runOne(rows, long(0), limit(95), { venue: { latency: 301e9 } }).fills).toEqual([]);
  });
});

describe('additions', () => {
  it('fill on the way to a stop below them, and both are closed there', () => {
    const adds = {
      stoploss: -0.1,
      orderTypes: { entry: 'limit', exit: 'market' } as const,
      entryPrice: ({ rate }: { rate: number }) => rate + 1,
    };
    const add = {
      ...adds,
      adjustPosition: ({ position }: { position: { entries: number } }) => (position.entries === 1 ? 500 : null),
    };
    const rows: Row[] = [still(100), still(100), [101, 101, 101, 101], [101, 101, 89, 89], still(89)];
    const { fills } = runOne(rows, long(0), add);
    expect(fills.map((f) => [f.minute, f.purpose, f.price])).toEqual([
      [5, 'entry', 100],
      [15, 'entry', 100],
      [15, 'stop', 90],
    ]);
  });

  it('do not fill beyond the stop: the way there leads through it', () => {
    let asked = 0;
    const attributes = {
      stoploss: -0.05,
      orderTypes: { entry: 'limit', exit: 'market' } as const,
      adjustOrder: () => 92,
      adjustPosition: () => (asked++ === 0 ? 500 : null),
      entryPrice: () => 101,
    };
    const rows: Row[] = [still(100), still(100), [100.5, 101, 100.5, 101], [101, 101, 91, 91], still(91)];
    const { fills } = runOne(rows, long(0), attributes);
    expect(fills.map((f) => [f.purpose, f.price])).toEqual([
      ['entry', 100],
      ['stop', 95],
    ]);
  });
});

describe('the order of things at an open', () => {
  it('lets exits of all pairs free cash for entries of all pairs at that open', () => {
    const rows: Row[] = [still(100), still(100), still(100), still(100)];
    const strategy = new Scripted((i, act, bar) => {
      if (bar.pair === 'B/USDT:USDT' && i === 0) act.enter.long();
      if (bar.pair === 'B/USDT:USDT' && i === 1) act.exit.long();
      if (bar.pair === 'A/USDT:USDT' && i === 1) act.enter.long();
    });
    const { fills } = runTest({
      markets: { 'A/USDT:USDT': { rows }, 'B/USDT:USDT': { rows } },
      strategies: { Scripted: strategy },
      balance: 1000,
      engine: { maxOpenPositions: 1 },
    });
    expect(fills.slice(0, 3).map((f) => [f.minute, f.pair[0], f.amount])).toEqual([
      [5, 'B', 10],
      [10, 'B', -10],
      [10, 'A', 10],
    ]);
  });

  it('does not let cash that a stop frees inside a candle buy at that open, or inside that candle', () => {
    const falls: Row[] = [still(100), still(100), [100, 100, 90, 90], still(90), still(90)];
    const flat: Row[] = [still(100), still(100), [100, 100, 90, 100], still(100), still(100)];
    const strategy = new Scripted(
      (i, act, bar) => {
        if (bar.pair === 'A/USDT:USDT' && i === 0) act.enter.long();
        if (bar.pair === 'B/USDT:USDT' && i === 1) act.enter.long();
      },
      { stoploss: -0.05 },
    );
    const { fills, refused } = runTest({
      markets: { 'A/USDT:USDT': { rows: falls }, 'B/USDT:USDT': { rows: flat } },
      strategies: { Scripted: strategy },
      balance: 1000,
    });
    expect(fills.map((f) => f.pair[0])).toEqual(['A', 'A']);
    expect(refused).toEqual({ insufficient_funds: 1 });
  });
});

describe('liquidation', () => {
  const tiers = [
    { minNotional: 0, maxNotional: 50_000, maintenanceMarginRate: 0.005, maxLeverage: 50, maintenanceAmount: 0 },
    { minNotional: 50_000, maxNotional: 1e9, maintenanceMarginRate: 0.01, maxLeverage: 20, maintenanceAmount: 250 },
  ];
  const market = { spec: { tiers } };
  const tenfold = { leverage: () => 10 };

  it('comes at the price at which the margin equals the maintenance margin of the tier', () => {
    const rows: Row[] = [still(100), still(100), [100, 100, 88, 88], still(88)];
    const { trades, account, equity } = runOne(rows, long(0), tenfold, { market });
    // 100 of them at 100, margin 1,000: (100 × 100 − 1,000) / (100 × 0.995) = 90.4522… -> 90.4
    expect(trades[0]).toMatchObject({ reason: 'liquidation', closeRate: 90.4, profit: -960 });
    expect(account.badDebt.value).toBe(0);
    expect(equity).toBeCloseTo(9040, 9);
  });

  it('loses the margin and no more where the market gaps beyond it: the rest is bad debt', () => {
    const rows: Row[] = [still(100), still(100), [80, 80, 80, 80], still(80)];
    const { trades, account, equity } = runOne(rows, long(0), tenfold, { market });
    expect(trades[0]).toMatchObject({ reason: 'liquidation', closeRate: 80, profit: -1000, ratio: -1 });
    expect(account.badDebt.value).toBe(1000);
    expect(equity).toBe(9000);
  });

  it('goes before an exit order that arrives at an open beyond it', () => {
    const rows: Row[] = [still(100), still(100), still(80), still(80)];
    expect(runOne(rows, long(0, 1), tenfold, { market }).trades[0]).toMatchObject({ reason: 'liquidation' });
  });

  it('follows the mark price, where that is known', () => {
    const mark = [100, 100, 90, 100].map((low) => ({ high: 100, low }));
    const rows: Row[] = [still(100), still(100), [100, 100, 99, 100], still(100)];
    const { trades } = runOne(rows, long(0), tenfold, { market: { ...market, mark } });
    // The mark price reached 90.45 where trades did not: the worst trade of the candle.
    expect(trades[0]).toMatchObject({ reason: 'liquidation', closeRate: 99 });
  });

  it('stands behind a stop that is nearer', () => {
    const rows: Row[] = [still(100), still(100), [100, 100, 88, 88], still(88)];
    const { trades } = runOne(rows, long(0), { ...tenfold, stoploss: -0.5 }, { market });
    expect(trades[0]).toMatchObject({ reason: 'stop_loss', closeRate: 95, ratio: -0.5 });
  });

  it('refuses a leverage that the tier of the notional does not allow', () => {
    const rows: Row[] = [still(100), still(100), still(100)];
    const { refused } = runOne(rows, long(0), { leverage: () => 30 }, { market, stake: 2000 });
    expect(refused).toEqual({ leverage_above_tier: 1 });
  });
});
