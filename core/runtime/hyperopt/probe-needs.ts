import { timeframe } from '../../domain/timeframe.ts';
import type { Params, Space } from '../../hyperopt/index.ts';
import type { FeaturePlan } from '../../indicators/plan.ts';
import type { Series } from '../../indicators/series.ts';
import type { ParamValue } from '../../strategy/parameters.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { LearnedRun } from '../learning/learned-run.ts';
import { needsOf } from '../needs.ts';
import { makeStrategy } from '../prepare.ts';
import { declareFeatures } from '../wire-slots.ts';
import { withParams } from './evaluator.ts';

/** History that trials of a space need, in base candles. */
export interface SearchNeeds {
  /** Before a trial can trade. */
  readonly warmup: number;
  /** To be loaded. */
  readonly startup: number;
  readonly frame: string;
}

/** The part of a space that is asked here. */
interface ProbedSpace {
  readonly space: Pick<Space, 'dims' | 'fixed'>;
  readonly start: Params;
}

const NO_SPACE: ProbedSpace = { space: { dims: [], fixed: {} }, start: {} };

/**
 * The most history that trials may need: asked of the strategy at the corners of its space (all low, all high, and each parameter by itself at
 * either end). A corner at which the strategy throws is left out: so will the trial be.
 */
export async function probeNeeds(
  options: BacktestOptions,
  { space, start }: ProbedSpace = NO_SPACE,
): Promise<SearchNeeds> {
  const source = options.strategies[0]!;
  const at = (ends: (dim: number) => number | undefined): Params => {
    const params: Record<string, ParamValue> = { ...space.fixed, ...start };
    space.dims.forEach((dim, d) => {
      const unit = ends(d);
      if (unit !== undefined) params[dim.name] = dim.decode(dim.count > 0 ? dim.centre(dim.cell(unit)) : unit);
    });
    return params;
  };
  const points = [at(() => undefined), at(() => 0), at(() => 1)];
  space.dims.forEach((_, d) => {
    for (const end of [0, 1]) points.push(at((k) => (k === d ? end : undefined)));
  });
  let warmup = 0;
  let startup = 0;
  let frame = options.timeframe;
  for (const point of points) {
    try {
      const strategy = makeStrategy(withParams(source, point), options.timeframe);
      frame ??= strategy.timeframe;
      const series: Series[] = [];
      const collector = { add: (s: Series) => series.push(s) } as unknown as FeaturePlan;
      const learned = options.learning && (await LearnedRun.open(options.learning, [strategy], options.pairs[0]!));
      for (const pair of options.pairs) declareFeatures(strategy, source.name, pair, collector, learned);
      const needs = needsOf(series, strategy.timeframe);
      // What is learned sees a window of candles before it answers.
      const seen = Math.ceil((learned?.historyMs(strategy.timeframe) ?? 0) / timeframe(strategy.timeframe).ms);
      warmup = Math.max(warmup, needs.warmup + seen, strategy.startupCandles);
      startup = Math.max(startup, Math.max(needs.warmup, needs.settle) + seen, strategy.startupCandles);
    } catch {}
  }
  return { warmup, startup, frame: frame ?? '5m' };
}
