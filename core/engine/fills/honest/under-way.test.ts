import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../../ports/trading-modules.ts';
import { long, type Row, runOne, runTest, Scripted, START, still } from './run-fixture.ts';

/** Half a candle: what is sent at a close arrives halfway through the next. */
const HALF = { venue: { latency: 150e9 } };
/** A minute more than a candle. */
const LONG = { venue: { latency: 360e9 } };

const limit = (price: number, minutes = 10) => ({
  entryPrice: () => price,
  unfilledTimeout: { entry: minutes, exit: minutes },
});
const filled = ({ fills }: ReturnType<typeof runOne>) =>
  fills.map((f) => `${f.purpose} ${f.amount} at ${f.price} in ${f.minute}${f.maker ? ' made' : ''}`);
/** The time-out withdraws the entry at the close of the third candle; this is the fourth. */
const fourth = (row: Row): Row[] => [still(100), still(100), still(100), row, still(100)];

describe('a cancel that is under way', () => {
  it('is too late where the market opens beyond the order', () => {
    const rows = fourth([96, 100, 96, 100]);
    expect(filled(runOne(rows, long(0), limit(98), HALF))).toEqual([
      'entry 10.204 at 96 in 15 made',
      'exit -10.204 at 100 in 25',
    ]);
    expect(filled(runOne(rows, long(0), limit(98)))).toEqual([]);
  });

  it('is too late where the market goes through the order on its straight way to where it is when the cancel arrives', () => {
    // 95 halfway, 99 after a tenth of the candle.
    const rows = fourth([100, 100, 90, 90]);
    expect(filled(runOne(rows, long(0), limit(98), HALF))[0]).toBe('entry 10.204 at 98 in 15 made');
    expect(filled(runOne(rows, long(0), limit(98), { venue: { latency: 30e9 } }))).toEqual([]);
    // 98 is merely touched.
    expect(filled(runOne(fourth([100, 100, 90, 96]), long(0), limit(98), HALF))).toEqual([]);
  });

  it('ends the order once it has arrived, whatever comes after it in the candle', () => {
    const { fills, slots, account } = runOne(fourth([100, 100, 90, 100]), long(0), limit(98), HALF);
    expect(fills).toEqual([]);
    expect(slots[0]!.entry).toBeNull();
    expect(account.free).toBe(10_000);
  });

  it('leaves the order as it is through whole candles where it takes longer than one', () => {
    const dips: Row = [100, 100, 90, 100];
    // Arrives a minute into the fifth candle.
    expect(filled(runOne(fourth(dips), long(0), limit(98), LONG))[0]).toBe('entry 10.204 at 98 in 15 made');
    expect(filled(runOne([...fourth(still(100)).slice(0, 4), dips, still(100)], long(0), limit(98), LONG))).toEqual([]);
  });

  it('ends the rest of an order that filled in part', () => {
    const { fills, slots, account } = runOne(fourth([96, 100, 96, 100, 40]), long(0), limit(98), HALF);
    // A tenth of 40 at the open; the rest is withdrawn before the market comes again.
    expect(fills.map((f) => [f.minute, f.amount, f.price])).toEqual([
      [15, 4, 96],
      [25, -4, 100],
    ]);
    expect(slots[0]!.entry).toBeNull();
    expect(account.stake.locked.value).toBe(0);
  });

  it('has its order fill on the way before the stop beyond it, also where that is moved at the same close', () => {
    const dip: Row = [100, 100, 98.9, 99.5, 40];
    const rows: Row[] = [still(100), still(100), dip, still(99.5), [99.5, 99.5, 95, 95.5], still(95.5)];
    const customStop = ({ time }: { time: number }) => (time === START + 20 * 60_000 ? -0.01 : null);
    expect(filled(runOne(rows, long(0), { ...limit(99, 15), stoploss: -0.01, customStop }, HALF))).toEqual([
      'entry 4 at 99 in 10 made',
      'entry 6.101 at 99 in 20 made',
      'stop -10.101 at 98.1 in 20',
    ]);
  });

  it('keeps cash and the slot until it arrives', () => {
    const free: number[] = [];
    const script = (i: number, act: Scripted, bar: { account: { free: number } }) => {
      if (i === 0) act.enter.long();
      if (i === 3) act.enter.long();
      free.push(bar.account.free);
    };
    const rows = Array.from({ length: 6 }, () => still(100));
    const { refused } = runOne(rows, script as never, limit(90), { ...LONG, balance: 1000, stake: 900 });
    expect(free).toEqual([1000, 100, 100, 100, 1000, 1000]);
    expect(refused).toEqual({ position_open: 1 });
  });

  it('is not asked about again', () => {
    let asked = 0;
    const attributes = {
      entryPrice: () => 90,
      unfilledTimeout: { entry: 99, exit: 99 },
      adjustOrder: () => (asked++ === 0 ? ('keep' as const) : ('cancel' as const)),
    };
    runOne(
      Array.from({ length: 8 }, () => still(100)),
      long(0),
      attributes,
      LONG,
    );
    expect(asked).toBe(2);
  });

  it('arrives in its detail candle', () => {
    const minutes = Array.from({ length: 25 }, (): Row => still(100));
    minutes[15] = [100, 100, 97.8, 97.8];
    const market = { detail: minutes };
    // Half of the first minute: 98.9. The whole of it with a latency of 60 s.
    const at = (latency: number) =>
      filled(runOne(fourth([100, 100, 97.8, 100]), long(0), limit(98), { venue: { latency }, market }));
    expect(at(30e9)).toEqual([]);
    expect(at(60e9)[0]).toBe('entry 10.204 at 98 in 15 made');
  });

  it('has arrived where the data ends, or where candles are missing', () => {
    const { fills, account, slots } = runOne(fourth(still(100)).slice(0, 3), long(0), limit(98), HALF);
    expect([fills, account.free, slots[0]!.entry]).toEqual([[], 10_000, null]);
    const rows = [...fourth(still(100)).slice(0, 4), [90, 90, 90, 90] as Row, still(100)];
    expect(filled(runOne(rows, long(0), limit(98), { ...HALF, market: { gaps: [3] } }))).toEqual([]);
  });

  it('arrives in the candle at whose open a fill asked for it', () => {
    const closed: number[] = [];
    const module = {
      name: 'one of two',
      start: () => ({
        state: {},
        actions: [
          { action: 'place', key: 'now', amount: 4, type: 'market' },
          { action: 'place', key: 'rest', amount: 4, type: 'limit', price: 90 },
        ] as const,
      }),
      step: (state: unknown, event: ExecutionEvent) => {
        if (event.event === 'closed' && event.key === 'rest') closed.push((event.time - START) / 60_000);
        const actions = event.event === 'fill' ? ([{ action: 'cancel', key: 'rest' }] as const) : [];
        return { state, actions };
      },
    };
    const rows = Array.from({ length: 4 }, () => still(100));
    const wish = { venue: { latency: 1e9 }, engine: { execution: () => ({ entry: module }) } };
    expect(filled(runOne(rows, long(0), {}, wish))[0]).toBe('entry 4 at 100 in 5');
    expect(closed).toEqual([5]);
  });

  it('comes too late for a market order, which was sent before it', () => {
    // The addition is on its way when the market opens beyond the stop: it opens a position of its own.
    const attributes = {
      stoploss: -0.05,
      adjustPosition: ({ position }: { position: { amount: number } }) => (position.amount === 10 ? 500 : null),
    };
    const rows: Row[] = [still(100), still(100), still(90), still(90)];
    const { fills, trades } = runOne(rows, long(0), attributes, { venue: { latency: 1e9 } });
    expect(fills.map((f) => [f.purpose, f.amount, f.price])).toEqual([
      ['entry', 10, 100],
      ['stop', -10, 90],
      ['entry', 5, 90],
      ['exit', -5, 90],
    ]);
    expect(trades.map((t) => t.reason)).toEqual(['stop_loss', 'force_exit']);
    expect(runOne(rows, long(0), attributes).trades).toHaveLength(1);
  });
});

describe('an order that outlives its position', () => {
  const adds = {
    stoploss: -0.05,
    orderTypes: { entry: 'limit', exit: 'market' } as const,
    entryPrice: ({ rate }: { rate: number }) => rate,
    adjustOrder: () => 94,
    adjustPosition: ({ position }: { position: { entries: number } }) => (position.entries === 1 ? 500 : null),
  };

  it('fills where the market opens beyond it and the stop, and is a position of its own', () => {
    const rows: Row[] = [still(100), [100, 100, 99.5, 100], still(100), still(100), still(90), still(90)];
    const { fills } = runOne(rows, long(0), adds, { venue: { latency: 1e9 } });
    expect(fills.map((f) => [f.minute, f.purpose, f.amount, f.price])).toEqual([
      [5, 'entry', 10, 100],
      [20, 'stop', -10, 90],
      [20, 'entry', 5, 90],
      [30, 'exit', -5, 90],
    ]);
  });

  it('keeps its place in the account until its cancel arrives', () => {
    // Four of ten at 98; the stop at 93.1 takes them off a candle later, and the rest is withdrawn.
    const stopped: Row[] = [still(100), still(100), [100, 100, 97, 98, 40], [98, 98, 93, 93, 0], still(99), still(99)];
    const run = (latency: number) => {
      const strategy = new Scripted(
        (i, act, { pair }) => {
          if (i === (pair[0] === 'A' ? 0 : 3)) act.enter.long();
        },
        { ...limit(98, 60), stoploss: -0.05 },
      );
      return runTest({
        markets: { 'A/USDT:USDT': { rows: stopped }, 'B/USDT:USDT': { rows: stopped.map(() => still(100)) } },
        strategies: { Scripted: strategy },
        engine: { maxOpenPositions: 1 },
        venue: { latency },
      });
    };
    const quick = run(1e9);
    expect([quick.refused, quick.limitOrders]).toEqual([{}, 2]);
    const slow = run(360e9);
    expect([slow.refused, slow.limitOrders]).toEqual([{ no_free_slot: 1 }, 1]);
    expect(slow.trades).toHaveLength(1);
    expect(slow.engine.parts.entries.pending).toBe(0);
  });

  it('keeps its place where a module works it, too', () => {
    const half = (key: string, type: 'market' | 'limit') =>
      ({ action: 'place', key, amount: 5, type, price: 90 }) as const;
    const module = {
      name: 'halves',
      start: () => ({ state: {}, actions: [half('now', 'market'), half('rest', 'limit')] }),
      step: (state: unknown) => ({ state, actions: [] }),
    };
    // Half of it is held when the stop at 95 goes off in the fourth candle.
    const stopped: Row[] = [still(100), still(100), still(100), [100, 100, 94, 94], still(94), still(94)];
    const refused = (latency: number) => {
      const strategy = new Scripted(
        (i, act, { pair }) => {
          if (i === (pair[0] === 'A' ? 0 : 3)) act.enter.long();
        },
        { stoploss: -0.05, unfilledTimeout: { entry: 60, exit: 60 } },
      );
      const done = runTest({
        markets: { 'A/USDT:USDT': { rows: stopped }, 'B/USDT:USDT': { rows: stopped.map(() => still(100)) } },
        strategies: { Scripted: strategy },
        engine: { maxOpenPositions: 1, execution: ({ pair }) => (pair.pair[0] === 'A' ? { entry: module } : null) },
        venue: { latency },
      });
      expect(done.trades[0]).toMatchObject({ reason: 'stop_loss', closed: 15 });
      expect(done.engine.parts.entries.pending).toBe(0);
      return done.refused;
    };
    expect([refused(0), refused(1e9), refused(360e9)]).toEqual([{}, {}, { no_free_slot: 1 }]);
  });

  it('ends with it where it can only reduce', () => {
    // The exit at 105 has timed out when the market opens beyond the liquidation price.
    const exits = { leverage: () => 10, exitPrice: () => 105, unfilledTimeout: { entry: 10, exit: 5 } };
    const rows: Row[] = [still(100), still(100), still(100), still(85), still(106), still(106)];
    const { fills, trades, slots } = runOne(rows, long(0, 1), exits, LONG);
    expect(fills.map((f) => f.purpose)).toEqual(['entry', 'liquidation']);
    expect(trades).toHaveLength(1);
    expect(slots[0]!.exit).toBeNull();
  });
});

it('a paused profit does not outlive a position that its stop took off in the same candle', () => {
  const script = (i: number, act: Scripted) => {
    if (i === 0 || i === 2) act.enter.long();
  };
  const attributes = { stoploss: -0.05, minimalRoi: { 0: 0.05 }, ignoreRoiIfEntrySignal: true };
  const rows: Row[] = [still(100), still(100), still(100), [100, 106, 94, 100], [106, 106, 106, 106], still(106)];
  expect(filled(runOne(rows, script as never, attributes, LONG))).toEqual([
    'entry 10 at 100 in 10',
    'stop -10 at 95 in 15',
  ]);
});

describe('an exit that is withdrawn', () => {
  it('fills as long as its cancel has not arrived, and what fills is booked', () => {
    const exits = { exitPrice: () => 105, unfilledTimeout: { entry: 10, exit: 5 } };
    const rows: Row[] = [still(100), still(100), still(100), [106, 106, 100, 100], still(100)];
    expect(filled(runOne(rows, long(0, 1), exits, HALF))[1]).toBe('exit -10 at 106 in 15 made');
    expect(filled(runOne(rows, long(0, 1), exits))[1]).toBe('exit -10 at 100 in 25');
  });

  it('is a paused profit, too', () => {
    const script = (i: number, act: Scripted) => {
      if (i === 0 || i === 2) act.enter.long();
    };
    const attributes = { minimalRoi: { 0: 0.05 }, ignoreRoiIfEntrySignal: true };
    const rows: Row[] = [still(100), still(100), still(100), [106, 106, 100, 100], still(100)];
    expect(runOne(rows, script as never, attributes, HALF).trades[0]).toMatchObject({ reason: 'roi', closeRate: 106 });
    expect(runOne(rows, script as never, attributes).trades[0]).toMatchObject({ reason: 'force_exit' });
  });
});
