import { ColumnPool } from '../columns/column.ts';
import { GridData } from '../columns/grid-data.ts';
import { defaultAtPrices } from '../data/specs/default-spec.ts';
import { type CandleTable, lowerBound } from '../domain/candles.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { checkCommonTimeframe, detailOf, type Timeframe, timeframe } from '../domain/timeframe.ts';
import { fillGaps } from '../engine/fills/freqtrade/gaps.ts';
import { TidegateError } from '../foundation/errors.ts';
import { strategyFailed } from '../foundation/user-place.ts';
import { FeaturePlan, type FeatureShelf } from '../indicators/plan.ts';
import { type Grid, gridKey, type Series } from '../indicators/series.ts';
import type { MarketData } from '../ports/market-data.ts';
import { declareMarket } from '../strategy/market.ts';
import type { Strategy } from '../strategy/strategy.ts';
import type { BacktestOptions, StrategySource } from './backtest-options.ts';
import { withBars } from './bar-data.ts';
import { checkHearsCandles } from './check-hears-candles.ts';
import { checkUserKernels } from './check-kernels.ts';
import { checkAttributes, checkTradable } from './check-tradable.ts';
import type { LearnedRun } from './learning/learned-run.ts';
import type { Training } from './learning/training-log.ts';
import { learnsAnything } from './learns-anything.ts';
import { checkCandles, LoadedGrids, loadedGrid, loadGrids } from './load-market.ts';
import { needsOf } from './needs.ts';
import { type NotedSeries, notedData } from './noted-data.ts';
import { specChanges } from './spec-changes.ts';
import type { LoadedRows } from './too-short.ts';
import { type DeclaredFeatures, declareFeatures } from './wire-slots.ts';

/** One traded pair, loaded: candles from the start of history on, the first row that is traded, and its specification. */
export interface PreparedPair {
  readonly pair: string;
  readonly candles: CandleTable;
  readonly detail?: CandleTable;
  readonly startRow: number;
  readonly spec: InstrumentSpec;
  /** Stored specifications that begin to hold during the run, in order. */
  readonly specChanges: readonly InstrumentSpec[];
  readonly specAssumed: boolean;
  /** The caller gave the specification, in place of what is stored. */
  readonly isSpecGiven: boolean;
  readonly grid: GridData;
}

/** One strategy of the run with what it declared per pair. */
export interface PreparedStrategy {
  readonly source: StrategySource;
  readonly strategy: Strategy;
  readonly features: ReadonlyMap<string, DeclaredFeatures>;
}

/** Everything loaded and computed before the first event. */
export interface Prepared {
  readonly timeframe: string;
  readonly pairs: readonly PreparedPair[];
  /** The market data, through which all else of the run is to be read, and what has been read of it. */
  readonly data: MarketData;
  readonly read: () => readonly NotedSeries[];
  /** Notes of the pairs that were left out. */
  readonly leftOut: readonly string[];
  readonly strategies: readonly PreparedStrategy[];
  /** What features read beside the traded pairs' candles, as loaded, by its grid. */
  readonly joined: ReadonlyMap<string, { readonly grid: Grid; readonly rows: GridData }>;
  readonly plan: FeaturePlan;
  /** Candles of history loaded before the first traded one. */
  readonly startup: number;
  readonly historyStart: number;
  /** What the strategies learn; absent where nothing can be learned. */
  readonly learned?: LearnedRun;
  /** What was trained on the way. */
  readonly trainings: readonly Training[];
}

/** Columns handed from run to run of one process. */
const pool = new ColumnPool();

/** How a caller that makes many runs prepares them. */
export interface PrepareOptions {
  /** Leaves the check of kernels out: the caller checks them itself. */
  readonly isTrusting?: boolean;
  /** Keeps costly columns between runs; asked with what they depend on beside their own key: the rows that are loaded. */
  readonly shelf?: (rows: string) => FeatureShelf;
}

/** Makes the strategies, loads what they need, computes their features, and checks kernels of users. */
export async function prepare(
  given: BacktestOptions,
  { isTrusting = false, shelf }: PrepareOptions = {},
): Promise<Prepared> {
  const { data: market, read } = notedData(withBars(given.data));
  const options = { ...given, data: market };
  const strategies = options.strategies.map((source) => ({
    source,
    strategy: makeStrategy(source, options.timeframe),
  }));
  for (const { strategy, source } of strategies) checkHearsCandles(strategy, source.name, options.pairs);
  const frameName = commonTimeframe(strategies);
  const frame = timeframe(frameName);
  if (frame.bars && options.fills === 'freqtrade')
    throw new TidegateError('CONFIG_VALUE', `the freqtrade profile knows time only, not ${frameName} bars`, {
      where: 'timeframe',
      remedy: 'Use --fills honest, or a timeframe such as 5m.',
    });
  const detailName = detailOf(options.detailTimeframe, frameName);
  const made = strategies.map((s) => s.strategy);
  const learned =
    options.learning && made.some((strategy) => options.pairs.some((pair) => learnsAnything(strategy, pair)))
      ? await (await import('./learning/learned-run.ts')).LearnedRun.open(options.learning, made, options.pairs[0]!)
      : undefined;
  const declared = strategies.flatMap(({ strategy, source }) =>
    options.pairs.flatMap((pair) => seriesOf(strategy, source.name, pair, learned)),
  );
  const needs = needsOf(declared, frameName);
  const author = Math.max(...made.map((strategy) => strategy.startupCandles));
  const startup = options.fills === 'freqtrade' ? author : Math.max(author, needs.warmup, needs.settle);
  const required = options.fills === 'freqtrade' ? author : Math.max(author, needs.warmup);

  const range = loadedRange(options, frame, startup * frame.ms + (learned?.historyMs(frameName) ?? 0));
  const grids = new LoadedGrids();
  const pairs: PreparedPair[] = [];
  const short = new Map<string, LoadedRows>();
  for (const pair of options.pairs) {
    const loaded = await loadPair(pair, options, { frame, detailName, range, required }, pairs);
    if ('warmup' in loaded) {
      short.set(pair, loaded);
      if (options.leavesOut && short.size < options.pairs.length) continue;
      throw await (await import('./too-short.ts')).tooShort(options, pair, frameName, loaded);
    }
    grids.set({ pair, timeframe: frameName, type: 'candles' }, loaded.grid);
    pairs.push(loaded);
  }
  if (short.size > 0) {
    const { leftOut } = await import('./too-short.ts');
    const notes = await Promise.all([...short].map(([pair, loaded]) => leftOut(options, pair, frameName, loaded)));
    // As if they had never been named: what strategies declare for them is not loaded either.
    const rest = options.pairs.filter((pair) => !short.has(pair));
    return { ...(await prepare({ ...given, pairs: rest }, { isTrusting, ...(shelf && { shelf }) })), leftOut: notes };
  }
  const { data, exchange } = options;
  await loadGrids(needs.grids.values(), grids, { data, exchange, baseTimeframe: frameName, range });
  const rows = `${exchange} ${frameName} ${range.from}-${range.to} `;
  const plan = new FeaturePlan(grids.provider, frameName, pool, shelf?.(rows));
  const trainings = learned
    ? await (await import('./learning/learn-on-plan.ts')).learnOnPlan(learned, plan, pairs, options.from)
    : [];
  const prepared = strategies.map(({ source, strategy }) => ({
    source,
    strategy,
    features: new Map(options.pairs.map((pair) => [pair, declareFeatures(strategy, source.name, pair, plan, learned)])),
  }));
  if (!isTrusting) await checkUserKernels(plan);
  plan.advance();
  const historyStart = Math.min(...pairs.map((p) => p.candles.time[0]!));
  return {
    timeframe: frameName,
    pairs: learned ? pairs.map((p) => ({ ...p, startRow: Math.max(p.startRow, firstAnswered(learned, p)) })) : pairs,
    leftOut: [],
    data: market,
    read,
    strategies: prepared,
    joined: joinedGrids(needs.grids.values(), grids, frameName, options.pairs),
    plan,
    startup,
    historyStart,
    ...(learned && { learned }),
    trainings,
  };
}

function joinedGrids(declared: Iterable<Grid>, loaded: LoadedGrids, frameName: string, pairs: readonly string[]) {
  const joined = new Map<string, { readonly grid: Grid; readonly rows: GridData }>();
  for (const one of declared) {
    const grid = loadedGrid(one, frameName);
    const rows = loaded.provider(grid);
    if (rows && !(grid.type === 'candles' && pairs.includes(grid.pair))) joined.set(gridKey(grid), { grid, rows });
  }
  return joined;
}

/** What is loaded: from `historyMs` before the first candle that may be traded on, to the end. */
function loadedRange({ from, to, fills }: BacktestOptions, frame: Timeframe, historyMs: number): LoadedRows['range'] {
  return {
    // Bars that end by what was traded begin with the history: where they fall must not depend on the range.
    ...(from !== undefined && !frame.bars && { from: from - historyMs }),
    ...(to !== undefined && { to: fills === 'freqtrade' ? to + 1 : to }),
  };
}

/** What of a pair's candles a run loads, and how many of them must come before the first that is traded on. */
interface LoadPlan {
  readonly frame: Timeframe;
  readonly detailName: string | null;
  readonly range: LoadedRows['range'];
  readonly required: number;
}

/**
 * Candles and specification of a pair.
 * @param before the pairs loaded before it
 * @returns what was loaded where it is too short to be traded on
 */
async function loadPair(
  pair: string,
  options: BacktestOptions,
  { frame, detailName, range, required }: LoadPlan,
  before: readonly PreparedPair[],
): Promise<PreparedPair | LoadedRows> {
  const { data, exchange, fills, fee } = options;
  let candles = checkCandles(await data.candles(exchange, pair, frame.name, range), pair, frame.name);
  if (fills === 'freqtrade') candles = fillGaps(candles, frame.ms);
  // Those that open when the candles of another pair do share its column of times: a sixth of what ten pairs take.
  const peer = before.find((other) => isSame(other.candles.time, candles.time));
  if (peer) candles = { ...candles, time: peer.candles.time };
  const startRow = Math.max(required, options.from === undefined ? 0 : lowerBound(candles.time, options.from));
  if (candles.length <= startRow + 1) return { length: candles.length, startRow, warmup: required, range };
  const detail =
    detailName === null
      ? undefined
      : checkCandles(await data.candles(exchange, pair, detailName, range), pair, detailName);
  const found = await data.specAt(exchange, pair, candles.time[startRow]!);
  const override = options.specs?.[pair];
  // A default has no date; a stored one that begins later has.
  const isDefault = found.assumed && found.spec.validFrom === 0;
  const own = isDefault ? defaultAtPrices(found.spec, candles.close) : found.spec;
  const spec = withFee(override ?? own, fee);
  // Before anything is trained: that may take minutes.
  checkTradable(spec, options);
  const last = candles.time[candles.length - 1]!;
  const changes = override ? [] : await specChanges(data, exchange, found.spec, last);
  return {
    pair,
    candles,
    ...(detail && { detail }),
    startRow,
    spec,
    specChanges: changes.map((change) => withFee(change, fee)),
    specAssumed: !override && found.assumed,
    isSpecGiven: override !== undefined,
    grid: GridData.candles(
      gridKey({ pair, timeframe: frame.name, type: 'candles' }),
      candles,
      frame,
      peer?.grid.available.values,
    ),
  };
}

/** First row of a pair at which everything learned for it answers. */
function firstAnswered(learned: LearnedRun, { pair, grid }: PreparedPair): number {
  const from = learned.answersFrom(pair);
  return Math.min(grid.end - 2, lowerBound(grid.available.values, from));
}

/** Makes a strategy with its parameter values. @throws TidegateError STRATEGY_FAILED, PARAM_UNKNOWN, STRATEGY_ATTRIBUTE, STRATEGY_ASYNC, TIMEFRAME_VALUE */
export function makeStrategy(source: StrategySource, frame: string | undefined): Strategy {
  let strategy: Strategy;
  try {
    strategy = source.create(source.parameters ? { parameters: source.parameters } : {});
  } catch (cause) {
    throw strategyFailed(source.name, 'while it was made', cause);
  }
  if (source.parameters && !strategy.hasBeenGiven(source.parameters))
    throw new TidegateError(
      'STRATEGY_ATTRIBUTE',
      `${source.name}'s constructor drops what it is given: its parameters would stay the defaults`,
      {
        remedy: 'Write constructor(context: StrategyContext) { super(context); … }, or leave the constructor out.',
      },
    );
  const known = new Set(Object.keys(strategy.declared));
  for (const name of Object.keys(source.parameters ?? {}))
    if (!known.has(name))
      throw new TidegateError('PARAM_UNKNOWN', `${source.name} has no parameter "${name}"`, {
        remedy: `It declares: ${[...known].join(', ') || 'none'}.`,
      });
  checkAttributes(strategy, source.name);
  if (frame) strategy.timeframe = frame;
  checkCommonTimeframe(strategy.timeframe);
  return strategy;
}

/** The timeframe that strategies of one run share. @throws TidegateError STRATEGY_TIMEFRAMES */
export function commonTimeframe(
  strategies: readonly { readonly strategy: Strategy; readonly source: StrategySource }[],
): string {
  const [first, ...rest] = strategies;
  for (const other of rest)
    if (other.strategy.timeframe !== first!.strategy.timeframe)
      throw new TidegateError(
        'STRATEGY_TIMEFRAMES',
        `${first!.source.name} runs on ${first!.strategy.timeframe}, ${other.source.name} on ${other.strategy.timeframe}`,
        {
          remedy: 'Strategies that share a run share a timeframe: give one with --timeframe, or run them apart.',
        },
      );
  return first!.strategy.timeframe;
}

/** Calls `onStart` or `onStop` of each strategy. @throws TidegateError STRATEGY_FAILED with the name of the one that threw */
export function tellStrategies(
  strategies: Iterable<{ readonly name: string; readonly strategy: Strategy }>,
  callback: 'onStart' | 'onStop',
): void {
  for (const { name, strategy } of strategies) {
    try {
      strategy[callback]?.();
    } catch (cause) {
      throw strategyFailed(name, `in ${callback}`, cause);
    }
  }
}

/** Every series that a strategy declares for a pair. @throws TidegateError STRATEGY_FAILED */
export function seriesOf(strategy: Strategy, name: string, pair: string, learned?: LearnedRun): Series[] {
  const sink: Series[] = [];
  // A plan that computes nothing: only collects.
  const collector = { add: (series: Series) => sink.push(series) } as unknown as FeaturePlan;
  try {
    declareFeatures(strategy, name, pair, collector, learned);
  } catch (cause) {
    throw strategyFailed(name, 'in features', cause, pair);
  }
  return sink.length > 0 ? sink : [declareMarket(pair, strategy.timeframe).candles.close];
}

/** The same numbers, to the bit. */
function isSame(a: Float64Array, b: Float64Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float64Array) => Buffer.from(buffer, byteOffset, byteLength);
  return a.length === b.length && bytes(a).equals(bytes(b));
}

function withFee(spec: InstrumentSpec, fee: number | undefined): InstrumentSpec {
  return fee === undefined ? spec : { ...spec, makerFee: fee, takerFee: fee };
}
