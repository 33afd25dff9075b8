import { type CandleTable, type EventTable, lowerBound, sliceCandles } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { Instrument } from '../domain/tradable.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { EquityLog } from '../engine/equity.ts';
import { fillGaps } from '../engine/fills/freqtrade/gaps.ts';
import type {
  FreqtradeClosedTrade,
  FreqtradeFill,
  FreqtradeLock,
  FreqtradeOutcome,
  FreqtradePair,
  FreqtradeSettings,
} from '../engine/fills/freqtrade/ports.ts';
import { freqtradeProfile } from '../engine/fills/freqtrade/profile.ts';
import { TidegateError } from '../foundation/errors.ts';
import { number } from '../report/format.ts';
import { PairBar } from '../strategy/bar.ts';
import type { FillView, Strategy } from '../strategy/strategy.ts';
import { blamed, withFeatures } from './asked-strategy.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { freqtradeCallbacks } from './freqtrade-callbacks.ts';
import { protectionsOf } from './freqtrade-protections.ts';
import { HeldPosition } from './held-position.ts';
import { markCandles } from './load-market.ts';
import type { Prepared, PreparedPair } from './prepare.ts';
import type { RunOutcome } from './run-outcome.ts';
import { pairStateOf, viewsOf } from './wire-slots.ts';

/** The outcome of the `freqtrade` profile, with what only it knows. */
export interface FreqtradeRunOutcome extends RunOutcome {
  readonly closed: readonly FreqtradeClosedTrade[];
  readonly locks: readonly FreqtradeLock[];
  /** First and last step, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** Of each pair, with filled gaps, start-up candles first. */
  readonly candles: readonly CandleTable[];
}

/** Runs one prepared strategy by the reference engine's rules. Signals come from the same `onCandle`, at the close of each candle. */
export async function freqtradeRun(prepared: Prepared, options: BacktestOptions): Promise<FreqtradeRunOutcome> {
  if (prepared.strategies.length !== 1)
    throw new TidegateError(
      'FILLS_ONE_STRATEGY',
      'the freqtrade profile runs one strategy at a time, as Freqtrade does',
      { remedy: 'Use --fills honest for several on one account.' },
    );
  const { strategy, source, features } = prepared.strategies[0]!;
  const frame = timeframe(prepared.timeframe);
  const begin = start(prepared, options.from, frame.ms);
  const pairs = await Promise.all(prepared.pairs.map((prep) => pairOf(prep, options, begin)));
  const closed: FreqtradeClosedTrade[] = [];
  const locks: FreqtradeLock[] = [];
  const held = new Map<string, HeldPosition>();
  const settings = settingsOf(strategy, source.name, prepared, options);
  const bars = new Map<string, PairBar>();
  const featuresOf = (pair: string) => bars.get(pair)!.f;
  const profile = freqtradeProfile({
    pairs,
    settings,
    callbacks: freqtradeCallbacks(strategy, source.name, settings.fee, featuresOf),
    sink: {
      closed: (trade) => closed.push(trade),
      lock: (lock) => locks.push(lock),
      fill: (fill) => {
        if (fill.held === 0) held.delete(fill.pair);
        else held.set(fill.pair, HeldPosition.after(held.get(fill.pair), fill, settings.fee));
        if (!strategy.onFill) return;
        const told = () => strategy.onFill!(fillView(fill));
        blamed(source.name, 'onFill', fill, () => withFeatures(strategy, featuresOf(fill.pair), told));
      },
    },
  });
  blamed(source.name, 'onStart', null, () => strategy.onStart?.());
  const account = {
    get equity() {
      const { free, tied } = profile.balance();
      return free + tied;
    },
    get free() {
      return profile.balance().free;
    },
    get openPositions() {
      return held.size;
    },
  };
  const seats = prepared.pairs.map((prep, k) => {
    const state = pairStateOf(k, new Instrument(prep.spec), prep.grid);
    const views = viewsOf(features.get(prep.pair)!, prepared.plan, state.cursor);
    const bar = new PairBar(views, prep.pair, state.candle, account);
    bars.set(prep.pair, bar);
    return { prep, state, pair: pairs[k]!, row: prep.startRow, bar };
  });
  const equity = new EquityLog(1 + Math.max(...prepared.pairs.map((p) => p.candles.length)));
  const { from, to } = profile.start();
  let calls = 0;
  const ask = (time: number) => {
    for (const seat of seats) {
      const { candles } = seat.prep;
      if (seat.row >= candles.length || candles.time[seat.row] !== time) continue;
      seat.state.cursor.row = seat.row;
      seat.bar.position = held.get(seat.prep.pair) ?? null;
      signal(strategy, source.name, seat.bar, seat.pair, seat.row);
      seat.row++;
      calls++;
    }
  };
  ask(from - frame.ms);
  const steps = Math.max(1, Math.round((to - from) / frame.ms));
  for (let time = from, k = 0; time <= to; time += frame.ms, k++) {
    profile.step(time);
    ask(time);
    const { free, tied } = profile.balance();
    let value = free + tied;
    for (const seat of seats)
      value += held.get(seat.prep.pair)?.unrealised(seat.prep.candles.close[seat.state.cursor.row]!) ?? 0;
    equity.add(time + frame.ms, value);
    if (k % 512 === 0 && options.onProgress?.(k / steps) === false)
      throw new TidegateError('RUN_STOPPED', 'the backtest was stopped', { remedy: 'Nothing was kept; run it again.' });
  }
  const { finalBalance, counts, left } = profile.finish();
  equity.add(to + frame.ms, finalBalance);
  blamed(source.name, 'onStop', null, () => strategy.onStop?.());
  return {
    trades: closed.map((trade): ClosedTrade => plain(trade)),
    closed,
    locks,
    equity,
    finalBalance,
    rejected: { no_free_slot: counts.rejectedSignals },
    counts: { ...counts, onCandleCalls: calls },
    notes: [...otherCurrencies(prepared, options), ...keptSpecs(prepared), ...couldNotLeave(left, settings, options)],
    from,
    to,
    candles: prepared.pairs.map(({ candles }) => candles),
  };
}

/** Pairs whose profits this profile adds to an account in another currency, as Freqtrade's backtester does. */
function otherCurrencies({ pairs }: Prepared, { stakeCurrency }: BacktestOptions): string[] {
  return pairs
    .filter(({ spec }) => spec.settle !== stakeCurrency)
    .map(({ pair, spec }) => `${pair}: profits in ${spec.settle} count as ${stakeCurrency}, as in Freqtrade`);
}

/** Dated specifications that begin to hold in the run, which only the honest profile follows. */
function keptSpecs({ pairs }: Prepared): string[] {
  return pairs.flatMap(({ pair, specChanges: [next] }) => {
    if (next === undefined) return [];
    const day = new Date(next.validFrom).toISOString().slice(0, 10);
    return [`${pair}: its specification changes on ${day}; this profile keeps the first throughout, as Freqtrade does`];
  });
}

/** Trades that are in no table, and money that is missing, if nothing is said. */
function couldNotLeave(
  left: FreqtradeOutcome['left'],
  { market }: Pick<FreqtradeSettings, 'market'>,
  { stakeCurrency }: BacktestOptions,
): string[] {
  const money = market === 'futures' ? 'its margin counts as it was' : 'its stake is not in the final balance';
  return left.map(
    ({ pair, stake }) =>
      `${pair}: a trade of ${number(stake)} ${stakeCurrency} could not leave at the end, as in Freqtrade (the last open, rounded to tick, lies outside its candle): it is in no table, and ${money}`,
  );
}

/** A fill as the author sees it. */
function fillView({ pair, time, side, price, amount, fee, isEntry, tag }: FreqtradeFill): FillView {
  const purpose = isEntry ? 'entry' : (PURPOSES[tag ?? ''] ?? 'exit');
  return { pair, time, side, price, amount, fee, purpose };
}

const PURPOSES: Readonly<Record<string, FillView['purpose']>> = {
  stop_loss: 'stop',
  trailing_stop_loss: 'stop',
  liquidation: 'liquidation',
  roi: 'roi',
};

function plain(trade: FreqtradeClosedTrade): ClosedTrade {
  const { maxStake: _, entryFees: __, exitFees: ___, priceTick: ____, ...rest } = trade;
  return rest;
}

function signal(strategy: Strategy, name: string, bar: object, pair: FreqtradePair, row: number): void {
  const { signals } = strategy;
  signals.flags = 0;
  const moment = { pair: pair.pair, time: pair.candles.time[row]! };
  blamed(name, 'onCandle', moment, () => strategy.onCandle?.(bar as Parameters<NonNullable<Strategy['onCandle']>>[0]));
  pair.signals[row] = signals.flags;
  if (signals.flags === 0) return;
  const { entryTag, exitTag } = signals;
  signals.entry = undefined;
  signals.exit = undefined;
  if (entryTag !== null) (pair.entryTags as Map<number, string>).set(row, entryTag);
  if (exitTag !== null) (pair.exitTags as Map<number, string>).set(row, exitTag);
}

/**
 * Where detail candles, mark prices and funding begin, ms UTC: at the range, or start-up candles after the first candle of all pairs. Gaps are filled from
 * there on, so a pair whose first detail candle comes later has none before it.
 */
function start({ pairs, startup }: Prepared, from: number | undefined, frameMs: number): number {
  const first = Math.min(...pairs.map(({ candles }) => candles.time[0]!));
  return from === undefined || (startup > 0 && first >= from) ? first + startup * frameMs : from;
}

function detailOf({ detail }: PreparedPair, options: BacktestOptions, from: number): CandleTable | undefined {
  if (!detail) return undefined;
  const known = sliceCandles(detail, lowerBound(detail.time, from, 0, detail.length), detail.length);
  return fillGaps(known, timeframe(options.detailTimeframe!).ms);
}

async function pairOf(prep: PreparedPair, options: BacktestOptions, from: number): Promise<FreqtradePair> {
  const { spec, candles } = prep;
  let funding: EventTable | undefined;
  let mark: CandleTable | undefined;
  if (spec.kind === 'perpetual') {
    const range = { from, to: candles.time[candles.length - 1]! + 1 };
    try {
      funding = await options.data.events(options.exchange, prep.pair, 'funding', range);
      const { table, frame } = await markCandles(options.data, options.exchange, prep.pair, range);
      mark = fillGaps(table, timeframe(frame).ms);
    } catch (error) {
      if (options.assumeFunding === undefined) throw error;
    }
  }
  const detail = detailOf(prep, options, from);
  return {
    pair: prep.pair,
    candles: sliceCandles(candles, 0, candles.length),
    startup: prep.startRow,
    signals: new Uint8Array(candles.length),
    entryTags: new Map(),
    exitTags: new Map(),
    ...(detail && { detail }),
    ...(funding && mark && { funding, mark }),
    limits: {
      priceTick: spec.priceTick,
      // Stored ticks are today's: the reference engine derives its own from the candles. One that was given for this run is meant.
      ...(prep.isSpecGiven && { tickFrom: 'market' as const }),
      amountStep: spec.amountStep,
      minAmount: spec.minAmount,
      minCost: spec.minCost,
      ...(spec.tiers.length > 0 && { tiers: spec.tiers }),
    },
  };
}

/** Forex: leverage and shorts without funding or liquidation. */
const MARKET = { spot: 'spot', perpetual: 'futures', forex: 'margin' } as const;

function settingsOf(strategy: Strategy, name: string, prepared: Prepared, options: BacktestOptions): FreqtradeSettings {
  const spec = prepared.pairs[0]!.spec;
  return {
    strategy: name,
    timeframe: prepared.timeframe,
    ...(prepared.pairs[0]!.detail && { detailTimeframe: options.detailTimeframe! }),
    market: MARKET[spec.kind],
    canShort: strategy.canShort,
    stoploss: strategy.stoploss,
    roi: strategy.minimalRoi,
    trailingStop: strategy.trailingStop,
    trailingStopPositive: strategy.trailingStopPositive,
    trailingStopPositiveOffset: strategy.trailingStopPositiveOffset,
    trailingOnlyOffsetIsReached: strategy.trailingOnlyOffsetIsReached,
    useExitSignal: strategy.useExitSignal,
    exitProfitOnly: strategy.exitProfitOnly,
    exitProfitOffset: strategy.exitProfitOffset,
    ignoreRoiIfEntrySignal: strategy.ignoreRoiIfEntrySignal,
    unfilledTimeout: strategy.unfilledTimeout,
    maxOpenTrades: options.maxOpenTrades,
    stakeAmount: options.stakeAmount,
    startingBalance: options.startingBalance,
    tradableBalanceRatio: options.tradableBalanceRatio,
    fee: options.fee ?? spec.takerFee,
    liquidationBuffer: options.liquidationBuffer,
    ...(options.enableProtections &&
      strategy.protections.length > 0 && { protections: protectionsOf(strategy.protections) }),
    maxEntryPositionAdjustment: strategy.maxEntryPositionAdjustment,
  };
}
