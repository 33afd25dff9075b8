import { isDeepStrictEqual } from 'node:util';
import { GridData } from '../../../columns/grid-data.ts';
import { type CandleTable, candlesFrom } from '../../../domain/candles.ts';
import type { InstrumentSpec } from '../../../domain/instrument.ts';
import { timeframe } from '../../../domain/timeframe.ts';
import { Instrument } from '../../../domain/tradable.ts';
import type { SizingModule } from '../../../ports/trading-modules.ts';
import { pairStateOf } from '../../../runtime/wire-slots.ts';
import type { Bar } from '../../../strategy/bar.ts';
import { Strategy } from '../../../strategy/strategy.ts';
import { testSpec } from '../../../testing/trading-fakes.ts';
import { Engine } from '../../engine.ts';
import type { EngineOptions } from '../../engine-options.ts';
import { Account } from '../../ledger/account.ts';
import { ORDER_KIND, PURPOSE_NAMES } from '../../order.ts';
import { addSlot, type PairState, type Slot } from '../../slot.ts';
import { EngineClock } from '../../time.ts';
import { CandleRun } from './candle-run.ts';
import type { PairFeed } from './pair-feed.ts';
import type { VenueOptions } from './venue-options.ts';

/** Opening time of the first candle of a test market. */
export const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

/** One tier: maintenance margin of half a percent, leverage up to 50. */
const TIERS = [
  { minNotional: 0, maxNotional: 1e12, maintenanceMarginRate: 0.005, maxLeverage: 50, maintenanceAmount: 0 },
];

/** open, high, low, close and, where it is not a million, volume. */
export type Row = readonly [number, number, number, number, number?];

/** What a script does at the close of candle i of a pair. */
export type Script = (candle: number, act: Strategy, bar: Bar) => void;

type Attributes = Partial<Omit<Strategy, 'enter' | 'exit' | 'store' | 'signals' | 'declared' | 'onCandle'>>;

/** A strategy that does what a test says. */
export class Scripted extends Strategy {
  readonly #script: Script;

  constructor(script: Script, attributes: Attributes = {}) {
    super();
    this.#script = script;
    this.timeframe = '5m';
    this.canShort = true;
    this.stoploss = -1;
    Object.assign(this, attributes);
  }

  override onCandle(bar: Bar): void {
    this.#script(Math.round((bar.candle.time - START) / (5 * MINUTE)), this, bar);
  }
}

export interface MarketOfTest {
  readonly rows: readonly Row[];
  readonly spec?: Partial<InstrumentSpec>;
  /** One-minute candles, five for each of `rows`. */
  readonly detail?: readonly Row[];
  readonly funding?: readonly {
    readonly minute: number;
    readonly rate: number;
    readonly mark: number;
    readonly markup?: number;
  }[];
  readonly mark?: readonly { readonly high: number; readonly low: number }[];
  /** Candles (of `rows`) that are missing. */
  readonly gaps?: readonly number[];
  /** Detail candles that are missing. */
  readonly detailGaps?: readonly number[];
}

export interface RunOfTest {
  readonly markets: Readonly<Record<string, MarketOfTest>>;
  readonly strategies: Readonly<Record<string, Strategy>>;
  readonly venue?: Partial<VenueOptions>;
  readonly engine?: Partial<EngineOptions>;
  readonly balance?: number;
  readonly stake?: number | SizingModule['stake'];
}

/** Candles from rows, `frameMs` apart. */
export function tableOf(rows: readonly Row[], frameMs: number, gaps: readonly number[] = []): CandleTable {
  return candlesFrom(
    rows
      .map(([open, high, low, close, volume = 1e6], i) => ({
        time: START + i * frameMs,
        open,
        high,
        low,
        close,
        volume,
      }))
      .filter((_, i) => !gaps.includes(i)),
  );
}

/** Wires engine, slots and venue over five-minute candles: no slippage, spread, latency or fees unless the test sets them. */
export function wire(of: RunOfTest) {
  const clock = new EngineClock(START);
  const feeds: PairFeed[] = [];
  const states: PairState[] = [];
  for (const [pair, market] of Object.entries(of.markets)) {
    const base = pair.split('/')[0]!;
    const kind = pair.includes(':') ? ('perpetual' as const) : ('spot' as const);
    const spec = testSpec({ pair, base, kind, makerFee: 0, takerFee: 0, minCost: 0, tiers: TIERS, ...market.spec });
    const table = tableOf(market.rows, 5 * MINUTE, market.gaps);
    // As `prepare` does: pairs whose candles open at the same times have them in one column.
    const time = feeds.find((f) => isDeepStrictEqual(f.candles.time, table.time))?.candles.time ?? table.time;
    const candles = { ...table, time };
    const grid = GridData.candles(`${pair}|5m|candles`, candles, timeframe('5m'));
    const state = pairStateOf(states.length, new Instrument(spec), grid, states);
    states.push(state);
    feeds.push({
      state,
      candles,
      startRow: 0,
      length: 5 * MINUTE,
      ...(market.detail && { detail: tableOf(market.detail, MINUTE, market.detailGaps), detailLength: MINUTE }),
      ...(market.funding && {
        funding: {
          time: Float64Array.from(market.funding, (f) => START + f.minute * MINUTE),
          rate: Float64Array.from(market.funding, (f) => f.rate),
          mark: Float64Array.from(market.funding, (f) => f.mark),
          ...(market.funding.some((f) => f.markup !== undefined) && {
            markup: Float64Array.from(market.funding, (f) => f.markup ?? 0),
          }),
        },
      }),
      ...(market.mark && {
        markHigh: Float64Array.from(market.mark, (m) => m.high),
        markLow: Float64Array.from(market.mark, (m) => m.low),
      }),
    });
  }
  const account = new Account('test', 'USDT', { USDT: of.balance ?? 10_000 });
  const { stake = 1000 } = of;
  const slots: Slot[] = [];
  const engine = new Engine({
    clock,
    account,
    pairs: states,
    slots,
    maxOpenPositions: 10,
    sizing: { name: 'test', stake: typeof stake === 'number' ? () => stake : stake },
    risk: [],
    roiRests: true,
    requestsTravel: (of.venue?.latency ?? 0) > 0,
    ...of.engine,
  });
  for (const [name, strategy] of Object.entries(of.strategies))
    for (const pair of states)
      addSlot(slots, { name, strategy, pair, features: {}, account: engine.ledger, startRow: 0 });
  const run = new CandleRun(engine, feeds, {
    latency: 0,
    slippage: () => 0,
    halfSpread: 0,
    volumeShare: 0.1,
    ...of.venue,
  });
  return { engine, run, slots, states, account };
}

/** Fills and trades of a finished run, in plain words; times in minutes since the start. */
export function readLogs({ engine, slots }: Pick<ReturnType<typeof wire>, 'engine' | 'slots'>) {
  const minute = (time: number) => (engine.clock.toMs(time) - START) / MINUTE;
  const { fills, trades, orders } = engine.logs;
  return {
    fills: Array.from({ length: fills.length }, (_, row) => {
      const f = fills.read(row);
      const { instrument, pair } = slots[f.slot]!.pair;
      return {
        minute: minute(f.time),
        pair,
        purpose: PURPOSE_NAMES[f.purpose]!,
        amount: f.sign * instrument.amount(f.lots),
        price: instrument.price(f.ticks),
        fee: f.fee,
        maker: f.maker === 1,
      };
    }),
    trades: Array.from({ length: trades.length }, (_, row) => {
      const t = trades.read(row);
      return {
        pair: slots[t.slot]!.pair.pair,
        strategy: slots[t.slot]!.strategyName,
        side: t.sign > 0 ? 'long' : 'short',
        opened: minute(t.openedAt),
        closed: minute(t.closedAt),
        openRate: t.openRate,
        closeRate: t.closeRate,
        reason: engine.names.name(t.reason),
        entryTag: engine.names.name(t.entryTag),
        exitTag: engine.names.name(t.exitTag),
        profit: t.profitAbs,
        ratio: t.profitRatio,
        fees: t.fees,
        funding: t.funding,
        leverage: t.leverage,
      };
    }),
    limitOrders: Array.from({ length: orders.length }, (_, row) => orders.read(row)).filter(
      (o) => o.kind === ORDER_KIND.limit,
    ).length,
  };
}

/** Runs to the end of the data and reads what happened. */
export function runTest(of: RunOfTest) {
  const wired = wire(of);
  wired.run.advance(Number.POSITIVE_INFINITY);
  wired.run.finish();
  return { ...wired, ...readLogs(wired), refused: wired.engine.refused, equity: wired.engine.ledger.equity };
}

/** The usual case: one perpetual, one script. */
export function runOne(
  rows: readonly Row[],
  script: Script,
  attributes: Attributes = {},
  rest: Partial<Omit<RunOfTest, 'markets' | 'strategies'>> & { readonly market?: Partial<MarketOfTest> } = {},
) {
  const { market, ...more } = rest;
  return runTest({
    markets: { 'BTC/USDT:USDT': { rows, ...market } },
    strategies: { Scripted: new Scripted(script, attributes) },
    ...more,
  });
}

/** A candle that stays at one price. */
export const still = (price: number, volume?: number): Row =>
  volume === undefined ? [price, price, price, price] : [price, price, price, price, volume];

/** Enters long at the close of one candle, leaves at the close of another. */
export const long =
  (enter: number, leave = -1): Script =>
  (i, act) => {
    if (i === enter) act.enter.long({ tag: 'in' });
    if (i === leave) act.exit.long({ tag: 'out' });
  };

/** The same for shorts. */
export const short =
  (enter: number, leave = -1): Script =>
  (i, act) => {
    if (i === enter) act.enter.short({ tag: 'in' });
    if (i === leave) act.exit.short({ tag: 'out' });
  };
