import { GridData } from '../../columns/grid-data.ts';
import type { CandleTable } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { FeaturePlan } from '../../indicators/plan.ts';
import { gridKey } from '../../indicators/series.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { withBars } from '../bar-data.ts';
import { checkCandles, LoadedGrids, loadGrids } from '../load-market.ts';
import { needsOf } from '../needs.ts';
import { commonTimeframe, makeStrategy, seriesOf } from '../prepare.ts';
import { LearnedRun } from './learned-run.ts';
import { trainAll } from './train-all.ts';
import type { Trainer } from './trainer.ts';

/**
 * Trains what a backtest would have in charge at a moment: every block at its last scheduled moment, on the candles that had closed by `time`
 * (ms UTC). @throws TidegateError those of data, features and trainings
 */
export async function trainUpTo(given: BacktestOptions, time: number, trainer: Trainer): Promise<LearnedRun> {
  const options = { ...given, data: withBars(given.data) };
  const made = options.strategies.map((source) => ({ source, strategy: makeStrategy(source, options.timeframe) }));
  const frameName = commonTimeframe(made);
  const frame = timeframe(frameName);
  const run = await LearnedRun.open(
    options.learning!,
    made.map((m) => m.strategy),
    options.pairs[0]!,
  );
  for (const { strategy, source } of made) for (const pair of options.pairs) seriesOf(strategy, source.name, pair, run);
  const needs = needsOf(
    [...run.nodes.values()].flatMap((node) => node.inputs),
    frameName,
  );
  const from = time - run.historyMs(frameName) - Math.max(needs.warmup, needs.settle) * frame.ms;
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
  await loadGrids(needs.grids.values(), grids, options.data, options.exchange, frameName, range.from, range.to);
  const plan = new FeaturePlan(grids.provider, frameName);
  const ground = { run, plan, candles: (pair: string) => tables.get(pair)!, needed: Number.POSITIVE_INFINITY, trainer };
  for (const nodes of run.stages()) {
    for (const { inputs } of nodes) for (const series of inputs) plan.add(series);
    plan.advance();
    await trainAll(ground, nodes);
  }
  return run;
}
