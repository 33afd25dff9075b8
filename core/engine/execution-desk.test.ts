import { describe, expect, it } from 'vitest';
import iceberg from '../../plugins/execution/iceberg/index.ts';
import limit from '../../plugins/execution/limit/index.ts';
import limitChase from '../../plugins/execution/limit-chase/index.ts';
import market from '../../plugins/execution/market/index.ts';
import twap from '../../plugins/execution/twap/index.ts';
import { type Candle, candlesFrom } from '../domain/candles.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { Instrument } from '../domain/tradable.ts';
import type { ExecutionModule } from '../ports/trading-modules.ts';
import type { Bar } from '../strategy/bar.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { Engine } from './engine.ts';
import type { ExecutionChoice } from './execution-desk.ts';
import { CandleRun } from './fills/honest/candle-run.ts';
import { Account } from './ledger/account.ts';
import type { Position } from './position.ts';
import { addSlot, CandleCursor, PairState, type Slot } from './slot.ts';
import { EngineClock } from './time.ts';

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);

/** Enters and leaves on stated candles. */
class Script extends Strategy {
  override timeframe = '1m';
  override stoploss = -0.5;
  override canShort = true;
  readonly script: Readonly<Record<number, 'long' | 'out' | 'short'>>;

  constructor(script: Readonly<Record<number, 'long' | 'out' | 'short'>>) {
    super();
    this.script = script;
  }

  override onCandle({ candle }: Bar<this>): void {
    const wish = this.script[(candle.time - START) / MINUTE];
    if (wish === 'long') this.enter.long({ tag: 'script' });
    if (wish === 'short') this.enter.short();
    if (wish === 'out') {
      this.exit.long({ tag: 'enough' });
      this.exit.short();
    }
  }
}

interface Wish {
  readonly script: Readonly<Record<number, 'long' | 'out' | 'short'>>;
  readonly choice: ExecutionChoice | null;
  readonly closes: readonly number[];
  readonly spec?: Partial<InstrumentSpec>;
  readonly stake?: number;
  readonly volume?: number;
  readonly configure?: (strategy: Script) => void;
}

/** Runs a script over one-minute candles through the engine and the honest venue, without costs other than fees. */
function run({ script, choice, closes, spec, stake = 1000, volume = 1e6, configure }: Wish) {
  const rows: Candle[] = closes.map((close, i) => {
    const open = i === 0 ? close : closes[i - 1]!;
    return {
      time: START + i * MINUTE,
      open,
      high: Math.max(open, close),
      low: Math.min(open, close),
      close,
      volume,
    };
  });
  const candles = candlesFrom(rows);
  const cursor = { row: -1 };
  const closeTime = candles.time.map((t) => t + MINUTE);
  const state = new PairState(
    0,
    new Instrument(testSpec(spec)),
    new CandleCursor({ ...candles, closeTime }, cursor),
    cursor,
  );
  const strategy = new Script(script);
  configure?.(strategy);
  const clock = new EngineClock(START);
  const slots: Slot[] = [];
  const engine = new Engine({
    clock,
    account: new Account('test', 'USDT', { USDT: 10_000 }),
    pairs: [state],
    slots,
    maxOpenPositions: 1,
    sizing: { name: 'test', stake: () => stake },
    risk: [],
    roiRests: true,
    ...(choice && { execution: () => choice }),
  });
  const account = engine.ledger;
  const slot = addSlot(slots, { name: 'Script', strategy, pair: state, features: {}, account, startRow: 0 });
  const candleRun = new CandleRun(engine, [{ state, candles, startRow: 0, length: MINUTE }], {
    latency: 0,
    slippage: () => 0,
    halfSpread: 0,
    volumeShare: 0.1,
  });
  const worked: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    candleRun.advance(START + (i + 1) * MINUTE);
    worked.push(engine.parts.execution?.works.length ?? 0);
  }
  candleRun.finish();
  const { fills, trades } = engine.logs;
  return {
    engine,
    slot,
    worked,
    fills: Array.from({ length: fills.length }, (_, row) => {
      const { time, sign, ticks, lots, maker } = fills.read(row);
      const minute = (clock.toMs(time) - START) / MINUTE;
      return { minute, lots: sign * lots, price: state.instrument.price(ticks), maker: maker === 1 };
    }),
    trades: Array.from({ length: trades.length }, (_, row) => {
      const trade = trades.read(row);
      return {
        reason: engine.names.name(trade.reason),
        lots: trade.lots,
        closed: (clock.toMs(trade.closedAt) - START) / MINUTE,
      };
    }),
  };
}

const flat = (length: number, price = 100) => Array.from({ length }, () => price);
const byMarket = market.create({}) as ExecutionModule;
const fiveSlices = twap.create({ slices: 5, minutes: 10 }) as ExecutionModule;

describe('execution modules at work in the engine', () => {
  it('fills a twap entry in slices, as one entry of one position', () => {
    const { fills, engine, slot, worked } = run({
      script: { 1: 'long' },
      choice: { entry: fiveSlices },
      closes: flat(20),
    });
    expect(fills.slice(0, 5).map((f) => [f.minute, f.lots])).toEqual([
      [2, 2000],
      [4, 2000],
      [6, 2000],
      [8, 2000],
      [10, 2000],
    ]);
    expect(worked.slice(0, 12)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect(slot.entry).toBeNull();
    expect(engine.refused).toEqual({});
  });

  it('counts the slices as one entry, protected by one stop of the size held', () => {
    let entries = 0;
    let stopLots = 0;
    const { slot } = run({
      script: { 1: 'long' },
      choice: { entry: fiveSlices },
      closes: flat(20),
      configure: (strategy) => {
        strategy.customExit = ({ position }) => {
          entries = position.entries;
          stopLots = (position as Position).stopOrder!.lots;
          return null;
        };
      },
    });
    expect(entries).toBe(1);
    expect(stopLots).toBe(10_000);
    expect(slot.position).toBeNull();
  });

  it('gives the same trade as the plain order when the module is `market`', () => {
    const wish = {
      script: { 1: 'long', 9: 'out' },
      closes: [100, 101, 102, 103, 101, 99, 98, 100, 104, 105, 106, 107],
    } as const;
    const plain = run({ ...wish, choice: null });
    const worked = run({ ...wish, choice: { entry: byMarket, exit: byMarket } });
    expect(worked.fills).toEqual(plain.fills);
    expect(worked.trades).toEqual(plain.trades);
    expect(worked.engine.ledger.equity).toBe(plain.engine.ledger.equity);
  });

  it('leaves in slices, as one trade with one reason', () => {
    const { fills, trades } = run({
      script: { 1: 'long', 4: 'out' },
      choice: { exit: twap.create({ slices: 2, minutes: 4 }) as ExecutionModule },
      closes: flat(12),
    });
    expect(fills.map((f) => [f.minute, f.lots])).toEqual([
      [2, 10_000],
      [5, -5000],
      [7, -5000],
    ]);
    expect(trades).toEqual([{ reason: 'exit_signal', lots: 10_000, closed: 7 }]);
  });

  it('stops entering when the signal to leave comes', () => {
    const { fills, worked } = run({ script: { 1: 'long', 4: 'out' }, choice: { entry: fiveSlices }, closes: flat(20) });
    expect(fills.map((f) => [f.minute, f.lots])).toEqual([
      [2, 2000],
      [4, 2000],
      [5, -4000],
    ]);
    expect(worked.at(-1)).toBe(0);
  });

  it('gives its position slot back when nothing was filled', () => {
    const module = limit.create({ offsetBps: 100, timeoutMinutes: 3, afterwards: 'give-up' }) as ExecutionModule;
    const { fills, worked } = run({ script: { 1: 'long', 8: 'long' }, choice: { entry: module }, closes: flat(9) });
    expect(fills).toEqual([]);
    expect(worked).toEqual([0, 1, 1, 1, 0, 0, 0, 0, 1]);
  });

  it('rests a limit, then takes what is there', () => {
    const module = limit.create({ offsetBps: 100, timeoutMinutes: 3, afterwards: 'market' }) as ExecutionModule;
    const { fills } = run({ script: { 1: 'long' }, choice: { entry: module }, closes: flat(9) });
    expect(fills[0]).toEqual({ minute: 5, lots: 10_000, price: 100, maker: false });
  });

  it('follows the price up, and no further than allowed', () => {
    const module = limitChase.create({
      offsetBps: 10,
      everyMinutes: 1,
      maxChases: 3,
      maxDistanceBps: 100,
      afterwards: 'give-up',
    }) as ExecutionModule;
    const rising = [100, 100, 100.4, 100.8, 101.6, 102, 102, 102, 102];
    expect(run({ script: { 1: 'long' }, choice: { entry: module }, closes: rising }).fills).toEqual([]);
    const dips = [100, 100, 100.4, 100.8, 100.2, 100.2, 100.2];
    // At the close of minute 3 it was moved to 100.8 less ten basis points, and the price came back.
    expect(run({ script: { 1: 'long' }, choice: { entry: module }, closes: dips }).fills[0]).toMatchObject({
      minute: 4,
      price: 100.6,
      maker: true,
    });
  });

  it('shows an iceberg part by part', () => {
    const module = iceberg.create({
      visible: 0.25,
      variation: 0,
      offsetBps: 10,
      timeoutMinutes: 60,
      seed: 1,
    }) as ExecutionModule;
    const zigzag = Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? 100 : 99));
    const { fills } = run({ script: { 0: 'long' }, choice: { entry: module }, closes: zigzag });
    const bought = fills.filter((f) => f.lots > 0);
    expect(bought.map((f) => f.lots)).toEqual([2500, 2500, 2500, 2500]);
    // A part shown inside a falling candle that closes below its limit was met there: at the next open it fills at the limit, not at the better open.
    expect(bought.map((f) => f.price)).toEqual([99.9, 99.9, 99, 99.9]);
  });

  it('withdraws what works when a stop takes the position out', () => {
    const { fills, trades, slot } = run({
      script: { 1: 'long' },
      choice: { entry: fiveSlices },
      closes: [...flat(6), 40, ...flat(10, 40)],
    });
    expect(fills.map((f) => f.lots)).toEqual([2000, 2000, 2000, -6000]);
    expect(trades.map((t) => t.reason)).toEqual(['stop_loss']);
    expect(slot.entry).toBeNull();
  });

  it('ends an entry that the venue refuses for want of cash', () => {
    const { engine, slot } = run({
      script: { 1: 'long' },
      choice: { entry: fiveSlices },
      stake: 9995,
      closes: [100, 100, 130, 160, 190, 250, ...flat(12, 250)],
    });
    expect(engine.refused).toEqual({ insufficient_funds: 1 });
    expect(engine.ledger.free).toBeGreaterThanOrEqual(0);
    expect(slot.entry).toBeNull();
  });

  it('stops a module that places more than its order', () => {
    const greedy: ExecutionModule = {
      name: 'greedy',
      start: ({ amount }) => ({
        state: null,
        actions: [{ action: 'place', key: 'all', type: 'market', amount: amount * 2 }],
      }),
      step: (state) => ({ state, actions: [] }),
    };
    expect(() => run({ script: { 1: 'long' }, choice: { entry: greedy }, closes: flat(4) })).toThrow(
      'EXECUTION_AMOUNT: execution "greedy" placed 20 of an order that has 10 left (Script, BTC/USDT:USDT).',
    );
  });
});

describe('a faulty execution module', () => {
  const order = { action: 'place', key: 'a', type: 'market', amount: 1 };
  const said = (answer: unknown, step: () => unknown = () => ({ state: 0, actions: [] })) => {
    const entry = { name: 'odd', start: () => answer, step } as ExecutionModule;
    return () => run({ script: { 0: 'long' }, choice: { entry }, closes: [100, 100, 100] });
  };
  const acted = (action: unknown) => said({ state: 0, actions: [action] });

  it.each([undefined, null, 'x', {}, { state: 0 }, Promise.resolve({ state: 0, actions: [] })])(
    'stops the run where it answers %s',
    (answer) => {
      const message = /^STRATEGY_ANSWER: execution "odd" of Script returned .* Return \{ state, actions \}/;
      expect(said(answer)).toThrow(message);
      expect(said({ state: 0, actions: [order] }, () => answer)).toThrow(message);
    },
  );

  it('stops the run where it throws', () => {
    const boom = () => {
      throw new Error('boom');
    };
    expect(said({ state: 0, actions: [order] }, boom)).toThrow(
      /^STRATEGY_FAILED: Script threw in execution "odd": boom/,
    );
  });

  it.each([
    [null, 'EXECUTION_ACTION'],
    [{ action: 'buy' }, 'EXECUTION_ACTION'],
    [{ ...order, type: 'stop' }, 'EXECUTION_ACTION'],
    [{ ...order, key: undefined }, 'EXECUTION_KEY'],
    [{ ...order, amount: -1 }, 'EXECUTION_AMOUNT'],
    [{ ...order, amount: '1' }, 'EXECUTION_AMOUNT'],
    [{ ...order, amount: Number.NaN }, 'EXECUTION_AMOUNT'],
    [{ ...order, amount: 1e9 }, 'EXECUTION_AMOUNT'],
    [{ ...order, type: 'limit' }, 'EXECUTION_PRICE'],
    [{ ...order, type: 'limit', price: '100' }, 'EXECUTION_PRICE'],
  ])('is told by name that %j is no action: %s', (action, code) => {
    expect(acted(action)).toThrow(new RegExp(`^${code}: execution "odd" .*\\(Script, `));
    expect(acted(order)).not.toThrow();
  });
});
