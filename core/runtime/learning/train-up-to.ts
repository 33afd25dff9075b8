import { GridData } from '../../columns/grid-data.ts';
import type { CandleTable } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { FeaturePlan } from '../../indicators/plan.ts';
import { gridKey } from '../../indicators/series.ts';
import { decodeFitted } from '../../ml/walk/fitted-bytes.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { withBars } from '../bar-data.ts';
import { checkCandles, LoadedGrids, loadGrids } from '../load-market.ts';
import { needsOf } from '../needs.ts';
import { commonTimeframe, makeStrategy, seriesOf } from '../prepare.ts';
import { type LearnedNode, LearnedRun } from './learned-run.ts';
import { type LearnedRecord, recordOfLearned, reviveLearned } from './revive-learned.ts';
import { trainAll } from './train-all.ts';
import type { Trainer } from './trainer.ts';
import type { Served, Training } from './training-log.ts';
import type { InCharge } from './walk-trainings.ts';

/** What a node goes on from. */
export interface NodeInCharge {
  /** Of block and modules. */
  readonly hash: string;
  /** What is in charge and what was before it, oldest first; empty: nothing has been learned yet. */
  readonly learned: readonly LearnedRecord[];
  /** Trainings up to this moment have been decided on, ms UTC. */
  readonly decided: number;
}

/** What came of training up to a moment, as plain data. */
export interface TrainedUp {
  /** What is newest of each node, in the order in which they were declared; null: what was in charge stays. */
  readonly newest: readonly (LearnedRecord | null)[];
  readonly log: readonly Training[];
  readonly served: readonly Served[];
  /** Blocks that could not be trained at all. */
  readonly failed: readonly { readonly block: string; readonly message: string }[];
}

/**
 * Trains what a backtest would have in charge at a moment: every block at its last scheduled moment, and after it where drift calls for it, on the
 * candles that had closed by `time` (ms UTC). With `inCharge`, in the order of declaration, it goes on from there.
 * @throws TidegateError those of data and features; LEARN_CHANGED where the strategies are no longer those that the bot runs
 */
export async function trainUpTo(
  given: BacktestOptions,
  time: number,
  trainer: Trainer,
  inCharge: readonly NodeInCharge[] = [],
): Promise<TrainedUp> {
  const options = { ...given, data: withBars(given.data) };
  const made = options.strategies.map((source) => ({ source, strategy: makeStrategy(source, options.timeframe) }));
  const frameName = commonTimeframe(made);
  const frame = timeframe(frameName);
  const run = await LearnedRun.open(
    // The bot has told of them.
    { ...options.learning!, onUnusable: () => {} },
    made.map((m) => m.strategy),
    options.pairs[0]!,
  );
  for (const { strategy, source } of made) for (const pair of options.pairs) seriesOf(strategy, source.name, pair, run);
  const nodes = [...run.nodes.values()];
  const goesOn = await inChargeOf(run, nodes, inCharge, time);
  const needs = needsOf(
    nodes.flatMap((node) => node.inputs),
    frameName,
  );
  const seen = run.historyMs(frameName) + Math.max(needs.warmup, needs.settle) * frame.ms;
  const from = run.isAnchored ? Number.NEGATIVE_INFINITY : time - seen;
  // The candle that opens at `time` has not closed.
  const range = frame.bars ? { to: time } : { from, to: time - frame.ms + 1 };
  const grids = new LoadedGrids();
  const tables = new Map<string, CandleTable>();
  for (const pair of options.pairs) {
    const candles = checkCandles(await options.data.candles(options.exchange, pair, frameName, range), pair, frameName);
    const grid = { pair, timeframe: frameName, type: 'candles' };
    grids.set(grid, GridData.candles(gridKey(grid), candles, frame));
    tables.set(pair, candles);
  }
  const { data, exchange } = options;
  await loadGrids(needs.grids.values(), grids, { data, exchange, baseTimeframe: frameName, range });
  const plan = new FeaturePlan(grids.provider, frameName);
  const served: Served[] = [];
  const failed: { readonly block: string; readonly message: string }[] = [];
  const ground = {
    run,
    plan,
    candles: (pair: string) => tables.get(pair)!,
    needed: Number.POSITIVE_INFINITY,
    trainer,
    inCharge: (node: LearnedNode) => goesOn.get(node),
    served: (row: Served) => void served.push(row),
    failed: (block: string, error: unknown) => void failed.push({ block, message: messageOf(error) }),
  };
  const log: Training[] = [];
  for (const stage of run.stages()) {
    for (const { inputs } of stage) for (const series of inputs) plan.add(series);
    plan.advance();
    log.push(...(await trainAll(ground, stage)));
  }
  const newest = nodes.map((node) => {
    const last = typeof node.ref === 'string' ? undefined : node.timeline.learned.at(-1);
    const known = goesOn.get(node)?.learned.at(-1);
    return last && !(known && last.hash === known.hash && last.trainedAt === known.trainedAt)
      ? recordOfLearned(last)
      : null;
  });
  return { newest, log, served, failed };
}

async function inChargeOf(
  run: LearnedRun,
  nodes: readonly LearnedNode[],
  inCharge: readonly NodeInCharge[],
  now: number,
): Promise<ReadonlyMap<LearnedNode, InCharge>> {
  const found = new Map<LearnedNode, InCharge>();
  if (inCharge.length === 0) return found;
  if (inCharge.length !== nodes.length || inCharge.some(({ hash }, k) => hash !== nodes[k]!.hash))
    throw new TidegateError('LEARN_CHANGED', 'what the strategies learn has changed on disk since the bot started', {
      remedy: 'Take it over with "tidegate tell reload"; until then the models in charge go on.',
    });
  for (const [k, { learned, decided }] of inCharge.entries()) {
    const node = nodes[k]!;
    const newest = learned.at(-1);
    if (!newest) continue;
    const revived = await Promise.all(learned.map((record) => reviveLearned(run, node, record)));
    const isModel = typeof node.ref !== 'string' && node.ref.kind === 'model';
    const tuned = isModel ? decodeFitted(newest.bytes, node.hash).tuned : undefined;
    found.set(node, { learned: revived, decided, now, ...(tuned && { tuned }) });
  }
  return found;
}
