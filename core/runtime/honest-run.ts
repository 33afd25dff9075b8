import type { EventTable } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { Instrument } from '../domain/tradable.ts';
import { Engine } from '../engine/engine.ts';
import { CandleRun, type PairFeed } from '../engine/fills/honest/candle-run.ts';
import { Account } from '../engine/ledger/account.ts';
import type { PairState, Slot } from '../engine/slot.ts';
import { EngineClock } from '../engine/time.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { fundingWithMarks, markCandles } from './load-market.ts';
import type { Prepared, PreparedPair } from './prepare.ts';
import { closedTrades } from './result-of.ts';
import type { RunOutcome } from './run-outcome.ts';
import { stakeSizing } from './stake-sizing.ts';
import { addSlot, pairStateOf, viewsOf } from './wire-slots.ts';

/** Steps between progress reports, in ms of market time per call. */
const PROGRESS_PARTS = 200;

/** Runs prepared strategies through the engine with the `honest` venue. */
export async function honestRun(prepared: Prepared, options: BacktestOptions): Promise<RunOutcome> {
  const frame = timeframe(prepared.timeframe);
  const clock = new EngineClock(prepared.historyStart);
  const states: PairState[] = [];
  const feeds: PairFeed[] = [];
  const notes: string[] = [];
  for (const [index, prep] of prepared.pairs.entries()) {
    const state = pairStateOf(index, new Instrument(prep.spec), prep.grid);
    state.volumeLimits = (prep.candles.volumeKind ?? 'traded') === 'traded';
    states.push(state);
    feeds.push({
      state,
      candles: prep.candles,
      startRow: prep.startRow,
      closeTime: prep.grid.available.values,
      length: frame.ms,
      ...(prep.detail && { detail: prep.detail, detailLength: timeframe(options.detailTimeframe!).ms }),
      ...(await fundingOf(prep, options, notes)),
    });
  }
  const account = new Account(options.exchange, options.stakeCurrency, {
    [options.stakeCurrency]: options.startingBalance,
  });
  const { engine, slots } = wire(prepared, options, states, account, clock);
  const run = new CandleRun(engine, feeds, {
    latency: options.costs.latencyMs * 1e6,
    slippage: options.costs.slippage,
    halfSpread: options.costs.spreadBps / 2e4,
    volumeShare: options.costs.volumeShare,
  });
  start(prepared);
  progressively(run, options, prepared);
  run.finish();
  for (const { strategy } of prepared.strategies) strategy.onStop?.();
  const trades = closedTrades(engine, slots);
  return {
    trades,
    equity: run.equity,
    finalBalance: engine.ledger.equity,
    rejected: { ...engine.refused },
    counts: {
      orders: engine.logs.orders.length,
      fills: engine.logs.fills.length,
      auditRecords: engine.logs.audit.length,
      onCandleCalls: slots.reduce((sum, s) => sum + s.calls, 0),
      badDebt: account.badDebt.value,
    },
    notes,
    engine,
  };
}

function wire(
  prepared: Prepared,
  options: BacktestOptions,
  states: readonly PairState[],
  account: Account,
  clock: EngineClock,
): { engine: Engine; slots: Slot[] } {
  const slots: Slot[] = [];
  const engine = new Engine({
    clock,
    account,
    pairs: states,
    slots,
    maxOpenPositions: options.maxOpenTrades,
    sizing: options.sizing ?? stakeSizing(options.stakeAmount, options.tradableBalanceRatio),
    risk: options.risk ?? [],
    roiRests: options.costs.roiRests,
  });
  for (const { strategy, source, features } of prepared.strategies)
    for (const [k, prep] of prepared.pairs.entries()) {
      const state = states[k]!;
      slots.push(
        addSlot(
          slots.length,
          source.name,
          strategy,
          state,
          viewsOf(features.get(prep.pair)!, prepared.plan, state.cursor),
          engine.ledger,
          prep.startRow,
        ),
      );
    }
  return { engine, slots };
}

function start(prepared: Prepared): void {
  for (const { strategy, source } of prepared.strategies) {
    try {
      strategy.onStart?.();
    } catch (cause) {
      throw new TidegateError(
        'STRATEGY_FAILED',
        `${source.name} threw in onStart: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  }
}

function progressively(run: CandleRun, options: BacktestOptions, prepared: Prepared): void {
  if (!options.onProgress) {
    run.advance(Number.POSITIVE_INFINITY);
    return;
  }
  const first = prepared.historyStart;
  const last = Math.max(...prepared.pairs.map((p) => p.candles.time[p.candles.length - 1]!));
  const part = Math.max(1, (last - first) / PROGRESS_PARTS);
  for (let until = first + part; ; until += part) {
    const more = run.advance(until);
    if (options.onProgress(Math.min(1, (until - first) / (last - first))) === false)
      throw new TidegateError('RUN_STOPPED', 'the backtest was stopped', { remedy: 'Nothing was kept; run it again.' });
    if (!more) return;
  }
}

/** Funding with marks for a perpetual; an error where it is missing and may not be assumed. */
async function fundingOf(
  prep: PreparedPair,
  options: BacktestOptions,
  notes: string[],
): Promise<Pick<PairFeed, 'funding'>> {
  if (prep.spec.kind !== 'perpetual') return {};
  const { data, exchange, assumeFunding } = options;
  const first = prep.candles.time[prep.startRow]!;
  const last = prep.candles.time[prep.candles.length - 1]!;
  const range = { from: first, to: last + 1 };
  let events: EventTable | undefined;
  try {
    events = await data.events(exchange, prep.pair, 'funding', range);
  } catch (error) {
    if (!(error instanceof TidegateError) || assumeFunding === undefined) throw error;
  }
  const covered =
    events !== undefined &&
    events.length > 0 &&
    events.time[0]! <= first + 9 * 3_600_000 &&
    events.time[events.length - 1]! >= last - 9 * 3_600_000;
  if (!covered) {
    if (assumeFunding === undefined)
      throw new TidegateError(
        'DATA_MISSING',
        `funding of ${prep.pair} does not cover ${iso(first)} to ${iso(last)}${events !== undefined && events.length > 0 ? ` (it has ${iso(events.time[0]!)} to ${iso(events.time[events.length - 1]!)})` : ''}`,
        {
          where: data.root,
          remedy: `Run "tidegate download --type funding --pairs ${prep.pair}", or state a rate: --assume-funding 0.0001.`,
        },
      );
    notes.push(
      `${prep.pair}: funding assumed at ${assumeFunding} every ${prep.spec.fundingIntervalHours || 8} h where none is stored`,
    );
    const step = (prep.spec.fundingIntervalHours || 8) * 3_600_000;
    const times: number[] = [];
    const rates: number[] = [];
    const stored = events?.values.rate;
    const known = new Map(events ? Array.from(events.time, (t, k) => [t, stored![k]!] as const) : []);
    for (let t = Math.ceil(first / step) * step; t <= last; t += step) {
      times.push(t);
      rates.push(known.get(t) ?? assumeFunding);
    }
    events = { length: times.length, time: Float64Array.from(times), values: { rate: Float64Array.from(rates) } };
  }
  let mark: Awaited<ReturnType<typeof markCandles>> | undefined;
  try {
    mark = await markCandles(data, exchange, prep.pair, range);
  } catch (error) {
    if (assumeFunding === undefined) throw error;
  }
  const joined = fundingWithMarks(events!, mark?.table, prep.candles);
  if (joined.missing > 0) {
    if (assumeFunding === undefined)
      throw new TidegateError(
        'DATA_MISSING',
        `${joined.missing} of ${joined.time.length} funding settlements of ${prep.pair} have no mark price`,
        {
          where: data.root,
          remedy: `Run "tidegate download --type mark --pairs ${prep.pair}", or give --assume-funding to settle on the last price.`,
        },
      );
    notes.push(`${prep.pair}: ${joined.missing} funding settlements use the last price for want of a mark price`);
  }
  return { funding: joined };
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}
