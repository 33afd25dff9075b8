import type { Column } from '../../columns/column.ts';
import { type CandleTable, lowerBound, sliceCandles } from '../../domain/candles.ts';
import { type Timeframe, timeframe } from '../../domain/timeframe.ts';
import { CandleCursor } from '../../engine/slot.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { FeaturePlan } from '../../indicators/plan.ts';
import { CANDLE_FIELDS, gridKey } from '../../indicators/series.ts';
import type { Bar, BarCandle } from '../../strategy/bar.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import type { Cursor } from '../../strategy/view.ts';
import { checkUserKernels } from '../check-kernels.ts';
import type { learnOnPlan } from '../learning/learn-on-plan.ts';
import type { LearnedRun } from '../learning/learned-run.ts';
import { learnsAnything } from '../learns-anything.ts';
import { LoadedGrids, loadGrids } from '../load-market.ts';
import { needsOf } from '../needs.ts';
import { makeStrategy } from '../prepare.ts';
import { type DeclaredFeatures, declareFeatures, viewsOf } from '../wire-slots.ts';
import type { StreamFeatures } from './stream-features.ts';
import { StreamModules } from './stream-modules.ts';
import { TickCandles } from './tick-candles.ts';
import type { TickRunOptions } from './tick-options.ts';

/** Strategies of a run on ticks with what they declared, ready to be put on markets. */
export interface TickWiring {
  readonly named: readonly { readonly name: string; readonly strategy: Strategy }[];
  /** Per market: candles to be made of its trades, where a strategy wants any. */
  readonly candles: readonly TickCandles[];
  /** Per market: where its candles are read. */
  readonly rows: readonly { readonly candle: BarCandle; readonly cursor: Cursor }[];
  readonly plan: FeaturePlan | null;
  /** First row of candles at which `onCandle` runs. */
  readonly startRow: number;
  /** What a strategy declared for a market, as views; streaming features join those of the market. */
  readonly views: (strategy: number, market: number, streams: StreamFeatures) => Bar['f'];
  readonly notes: readonly string[];
  /** Hashes of what answers for learned series. */
  readonly learned: readonly string[];
}

const NO_CANDLE: BarCandle = {
  time: Number.NaN,
  closeTime: Number.NaN,
  open: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  close: Number.NaN,
  volume: 0,
};

/**
 * Makes the strategies of a run on ticks, and what their `features()` and `onCandle` need.
 * @param from ms UTC of the first event
 * @throws TidegateError STRATEGY_TIMEFRAMES, CONFIG_VALUE for bars that do not end by the clock, PARAM_UNKNOWN, PLUGIN_UNKNOWN, PLUGIN_OPTION, those of loading
 */
export async function wireTicks(options: TickRunOptions, from: number): Promise<TickWiring> {
  const named = options.strategies.map((source) => ({
    name: source.name,
    strategy: makeStrategy(source, options.timeframe),
  }));
  const strategies = named.map(({ strategy }) => strategy);
  const pairs = options.markets.map((market) => market.pair);
  const isLearning = strategies.some((strategy) => pairs.some((pair) => learnsAnything(strategy, pair)));
  const learned =
    options.learning && isLearning
      ? await (await import('../learning/learned-run.ts')).LearnedRun.open(options.learning, strategies, pairs[0]!)
      : undefined;
  const probes = strategies.map((strategy, s) =>
    pairs.map((pair) => declareFeatures(strategy, options.strategies[s]!.name, pair, COLLECTOR, learned, new Map())),
  );
  const streams = await StreamModules.of(probes.flat(), options.registry);
  const users = strategies.filter((strategy, s) => strategy.onCandle || probes[s]!.some((d) => d.series.size > 0));
  if (users.length === 0) {
    const views = (s: number, k: number, host: StreamFeatures) =>
      viewsOf(probes[s]![k]!, NO_PLAN, { row: -1 }, (series) => streams.valuesOn(host, series));
    const rows = pairs.map(() => ({ candle: NO_CANDLE, cursor: { row: -1 } }));
    return { named, candles: [], rows, plan: null, startRow: 0, views, notes: [], learned: [] };
  }
  return { named, ...(await withCandles(options, strategies, users, probes, streams, from, learned)) };
}

async function withCandles(
  options: TickRunOptions,
  strategies: readonly Strategy[],
  users: readonly Strategy[],
  probes: readonly (readonly DeclaredFeatures[])[],
  streams: StreamModules,
  from: number,
  learned: LearnedRun | undefined,
): Promise<Omit<TickWiring, 'named'>> {
  const frame = commonFrame(users);
  const declared = probes.flat().flatMap((d) => [...d.series.values()]);
  const needs = needsOf(declared, frame.name);
  const author = Math.max(...users.map((strategy) => strategy.startupCandles));
  const warm = Math.max(author, needs.warmup, needs.settle);
  const notes: string[] = [...(learned?.notes ?? [])];
  const loaded = new LoadedGrids();
  const candles: TickCandles[] = [];
  const lead = warm + Math.ceil((learned?.historyMs(frame.name) ?? 0) / frame.ms);
  const histories: LearningPair[] = [];
  for (const { pair } of options.markets) {
    const grid = { pair, timeframe: frame.name, type: 'candles' };
    const history = await historyOf(options, pair, frame, from, lead);
    if (warm > 0 && (history?.length ?? 0) < warm)
      notes.push(
        `${history?.length ?? 0} stored ${frame.name} candles of ${pair} lead in, ${warm} would: onCandle waits for its features`,
      );
    const made = new TickCandles(gridKey(grid), frame, history);
    candles.push(made);
    if (history) histories.push({ pair, candles: history, grid: { available: { values: made.known } } });
    loaded.set(grid, made.grid);
  }
  if (options.data)
    await loadGrids(needs.grids.values(), loaded, {
      data: options.data,
      exchange: options.exchange,
      baseTimeframe: frame.name,
      range: { from: from - lead * frame.ms },
    });
  const plan = new FeaturePlan(loaded.provider, frame.name);
  const trainings = learned ? await learnBefore(learned, plan, histories, options, from) : [];
  if (trainings.length > 0)
    notes.push(
      `${trainings.length} trainings on stored candles before the first tick; nothing is trained anew on ticks`,
    );
  const all = strategies.map((strategy, s) =>
    options.markets.map(({ pair }) =>
      declareFeatures(strategy, options.strategies[s]!.name, pair, plan, learned, new Map()),
    ),
  );
  if (candles.some((c) => c.row >= 0)) await checkUserKernels(plan);
  plan.advance();
  const rows = candles.map((c) => {
    const cursor: Cursor = { row: c.row };
    const values = (name: string) => (c.grid.fields.get(name) as Column).values;
    const columns = Object.fromEntries(CANDLE_FIELDS.map((name) => [name, values(name)])) as Record<
      (typeof CANDLE_FIELDS)[number],
      Float64Array
    >;
    return { candle: new CandleCursor({ ...columns, closeTime: c.grid.available.values }, cursor), cursor };
  });
  const views = (s: number, k: number, host: StreamFeatures) =>
    viewsOf(all[s]![k]!, plan, rows[k]!.cursor, (series) => streams.valuesOn(host, series));
  const hashes = [...(learned?.nodes.values() ?? [])].map(
    ({ hash, timeline }) => `${hash} ${timeline.learned.at(-1)?.hash}`,
  );
  return { candles, rows, plan, startRow: Math.max(author, needs.warmup), views, notes, learned: hashes };
}

type LearningPair = Parameters<typeof learnOnPlan>[2][number];

/** Trains what is learned, on the candles before the first tick. @throws TidegateError TRAIN_HISTORY, TRAIN_DATA and those of training */
async function learnBefore(
  learned: LearnedRun,
  plan: FeaturePlan,
  histories: readonly LearningPair[],
  { markets }: TickRunOptions,
  from: number,
) {
  const lost = markets.find(({ pair }) => !histories.some((history) => history.pair === pair));
  if (lost)
    throw new TidegateError(
      'TRAIN_HISTORY',
      `there are no stored candles of ${lost.pair} to learn from before the ticks`,
      {
        remedy: 'Download candles up to the first tick ("tidegate download"), or trade without what is learned.',
      },
    );
  const { learnOnPlan } = await import('../learning/learn-on-plan.ts');
  return learnOnPlan(learned, plan, histories, from);
}

/** Stored candles before the candle that the first event falls into; null where there are none. */
async function historyOf(
  { data, exchange }: TickRunOptions,
  pair: string,
  frame: Timeframe,
  from: number,
  warm: number,
): Promise<CandleTable | null> {
  if (!data || warm === 0) return null;
  const to = frame.openOf(from);
  try {
    const table = await data.candles(exchange, pair, frame.name, { from: to - warm * frame.ms, to });
    return sliceCandles(table, lowerBound(table.time, to - warm * frame.ms), table.length);
  } catch (error) {
    if (error instanceof TidegateError && error.code.startsWith('DATA_MISSING')) return null;
    throw error;
  }
}

function commonFrame(users: readonly Strategy[]): Timeframe {
  const names = [...new Set(users.map((strategy) => strategy.timeframe))];
  if (names.length > 1)
    throw new TidegateError('STRATEGY_TIMEFRAMES', `the strategies use candles of ${names.join(' and ')}`, {
      remedy: 'Strategies that share a run share a timeframe: give one with --timeframe, or run them apart.',
    });
  const frame = timeframe(names[0]!);
  if (frame.bars || frame.ms < 1000)
    throw new TidegateError('CONFIG_VALUE', `candles of ${frame.name} cannot be made in a run on ticks`, {
      where: 'timeframe',
      remedy: 'Use a timeframe of the clock, one second or longer.',
    });
  return frame;
}

/** Plans that compute nothing: for collecting what is declared, and for strategies without candles. */
const COLLECTOR = { add: () => undefined } as unknown as FeaturePlan;
const NO_PLAN = COLLECTOR;
