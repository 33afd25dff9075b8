import { timeframe } from '../domain/timeframe.ts';
import { Instrument } from '../domain/tradable.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { Engine } from '../engine/engine.ts';
import type { EquityLog } from '../engine/equity.ts';
import { CandleRun } from '../engine/fills/honest/candle-run.ts';
import type { PairFeed } from '../engine/fills/honest/pair-feed.ts';
import type { Account } from '../engine/ledger/account.ts';
import { addSlot, type PairState, type Slot } from '../engine/slot.ts';
import { EngineClock } from '../engine/time.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { BacktestOptions, RunModules } from './backtest-options.ts';
import { accountOf } from './fee-coin.ts';
import { withActivations } from './learning/with-activations.ts';
import { perpetualData } from './perpetual-data.ts';
import { type Prepared, tellStrategies } from './prepare.ts';
import { quotedPair } from './quoted-pair.ts';
import { closedTrades } from './result-of.ts';
import { rolloverData } from './rollover-data.ts';
import type { RunOutcome } from './run-outcome.ts';
import { checkChanges, withChanges } from './spec-changes.ts';
import { stakeSizing } from './stake-sizing.ts';
import { withUniverse } from './universe/with-universe.ts';
import { pairStateOf, viewsOf } from './wire-slots.ts';

/** Steps between progress reports, in ms of market time per call. */
const PROGRESS_PARTS = 200;

/** Looks at a run on its way: for trials that are given up early. */
export interface RunWatch {
  /** How many times it looks, evenly in market time. */
  readonly parts: number;
  /** @returns false to stop the run there; its outcome is then that of the part */
  look(part: number, equity: EquityLog, engine: Engine): boolean;
}

/** Runs prepared strategies through the engine with the `honest` venue. */
export async function honestRun(prepared: Prepared, options: BacktestOptions, watch?: RunWatch): Promise<RunOutcome> {
  const frame = timeframe(prepared.timeframe);
  const clock = new EngineClock(prepared.historyStart);
  const states: PairState[] = [];
  const feeds: PairFeed[] = [];
  const notes: string[] = [];
  for (const [index, prep] of prepared.pairs.entries()) {
    checkChanges(prep.spec, prep.specChanges);
    const state = pairStateOf(index, new Instrument(prep.spec), prep.grid, states);
    state.volumeLimits = (prep.candles.volumeKind ?? 'traded') === 'traded';
    states.push(state);
    const { quotes = null, ...quoted } = quotedPair(prep, options, notes);
    state.quotes = quotes;
    feeds.push({
      state,
      candles: prep.candles,
      startRow: prep.startRow,
      closeTime: prep.grid.available.values,
      length: frame.ms,
      features: featureColumns(prepared, prep.pair),
      ...(prep.detail && { detail: prep.detail, detailLength: timeframe(options.detailTimeframe!).ms }),
      ...(await perpetualData(prep, options, prepared.timeframe, notes)),
      ...rolloverData(prep, options, notes),
      ...quoted,
    });
  }
  const account = await accountOf(prepared, options, feeds);
  // The conversion pair of a fee coin has joined the feeds.
  for (const { state } of feeds.slice(states.length)) states.push(state);
  const named = prepared.strategies.map(({ source, strategy }) => ({ name: source.name, strategy }));
  const modules = await options.modules?.(named);
  const { engine, slots } = wire(prepared, options, modules, states, account, clock);
  const run = new CandleRun(engine, feeds, {
    latency: options.costs.latencyMs * 1e6,
    slippage: options.costs.slippage,
    halfSpread: options.costs.spreadBps / 2e4,
    volumeShare: options.costs.volumeShare,
  });
  tellStrategies(named, 'onStart');
  const changing = withChanges(
    withActivations(run, prepared, engine, states),
    prepared.pairs.map(({ specChanges }, k) => ({ instrument: states[k]!.instrument, changes: specChanges })),
  );
  const driven = options.universe
    ? withUniverse(changing, options.universe, engine, states, slots, run.nextTime)
    : changing;
  if (watch) await watched(driven, run.equity, prepared, watch, engine);
  else await progressively(driven, options, prepared);
  run.finish();
  if (!Number.isNaN(engine.ledger.coinRanOutAt))
    notes.push(coinRanOut(options, clock.toMs(engine.ledger.coinRanOutAt)));
  tellStrategies(named, 'onStop');
  let trades: readonly ClosedTrade[] | undefined;
  return {
    // Trials of a search seldom look at their trades as objects.
    get trades() {
      trades ??= closedTrades(engine, slots);
      return trades;
    },
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
    release: () => {
      engine.release();
      run.equity.release();
    },
  };
}

function wire(
  prepared: Prepared,
  options: BacktestOptions,
  modules: RunModules | undefined,
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
    netting: options.netting ?? false,
    sizing: modules?.sizing ?? stakeSizing(options.stakeAmount, options.tradableBalanceRatio),
    risk: modules?.risk ?? [],
    ...(modules?.execution && { execution: modules.execution }),
    roiRests: options.costs.roiRests,
    requestsTravel: options.costs.latencyMs > 0,
  });
  for (const { strategy, source, features } of prepared.strategies)
    for (const [k, prep] of prepared.pairs.entries()) {
      const pair = states[k]!;
      addSlot(slots, {
        name: source.name,
        strategy,
        pair,
        features: viewsOf(features.get(prep.pair)!, prepared.plan, pair.cursor),
        account: engine.ledger,
        startRow: prep.startRow,
      });
    }
  return { engine, slots };
}

/** The columns of all that strategies declared for a pair, each once. */
function featureColumns({ strategies, plan }: Prepared, pair: string): readonly Float64Array[] {
  const declared = strategies.flatMap(({ features }) => [...features.get(pair)!.series.values()]);
  return [...new Set(declared.map((series) => plan.add(series).values))];
}

function coinRanOut({ costs, stakeCurrency }: BacktestOptions, time: number): string {
  const coin = typeof costs.feeAsset === 'object' ? costs.feeAsset.asset : '';
  const when = new Date(time).toISOString().slice(0, 16);
  return `the stock of ${coin} did not cover a fee on ${when}: such fees were paid in ${stakeCurrency}, without the discount`;
}

/** A run on its way through time: at once, or with pauses to ask which pairs are traded. */
interface Driven {
  advance(until: number): boolean | Promise<boolean>;
}

async function progressively(run: Driven, options: BacktestOptions, prepared: Prepared): Promise<void> {
  if (!options.onProgress) {
    await run.advance(Number.POSITIVE_INFINITY);
    return;
  }
  const first = prepared.historyStart;
  const last = Math.max(...prepared.pairs.map((p) => p.candles.time[p.candles.length - 1]!));
  const part = Math.max(1, (last - first) / PROGRESS_PARTS);
  for (let until = first + part; ; until += part) {
    const more = await run.advance(until);
    if (options.onProgress(Math.min(1, (until - first) / (last - first))) === false)
      throw new TidegateError('RUN_STOPPED', 'the backtest was stopped', { remedy: 'Nothing was kept; run it again.' });
    if (!more) return;
  }
}

async function watched(
  run: Driven,
  equity: EquityLog,
  prepared: Prepared,
  { parts, look }: RunWatch,
  engine: Engine,
): Promise<void> {
  const first = Math.min(...prepared.pairs.map((p) => p.candles.time[p.startRow]!));
  const last = Math.max(...prepared.pairs.map((p) => p.candles.time[p.candles.length - 1]!));
  for (let part = 1; part < parts; part++)
    if (!(await run.advance(first + ((last - first) * part) / parts)) || !look(part, equity, engine)) return;
  await run.advance(Number.POSITIVE_INFINITY);
}
