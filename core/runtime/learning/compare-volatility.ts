import { type CandleTable, lowerBound, sliceCandles } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { compareForecasts, type VolatilityScore } from '../../ml/volatility/compare-forecasts.ts';
import { trainPoints } from '../../ml/walk/train-points.ts';
import type { ModuleChoice, Registry } from '../../registry/registry.ts';

/** What is compared, on which candles. Spans in ms. */
export interface VolatilityComparison {
  readonly registry: Registry;
  readonly candles: CandleTable;
  readonly frame: string;
  /** Finer candles of the same market, whose squared returns make up the realised variance; absent: those of the candles themselves. */
  readonly finer?: CandleTable;
  readonly models: readonly ModuleChoice[];
  readonly window: number;
  readonly every: number;
  /** Candles ahead. */
  readonly horizon: number;
  /** Called with the share done, in [0, 1]. */
  readonly onProgress?: (done: number) => void;
}

/** How the models did on the same candles. */
export interface VolatilityReport {
  readonly scores: readonly VolatilityScore[];
  readonly rows: number;
  /** Closing times of the first and the last candle that was forecast from, ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly fits: number;
}

/**
 * Walks forward: every model is fitted anew on the window before each moment of the schedule, shown candle after candle in between, and asked for the
 * variance of the next `horizon`; what came is the sum of squared log returns.
 * @throws TidegateError TRAIN_HISTORY where no window fits in, VOLATILITY_DATA for candles that never move or too few rows to compare
 */
export async function compareVolatility(wanted: VolatilityComparison): Promise<VolatilityReport> {
  const { registry, candles, frame, models, window, every, horizon } = wanted;
  const known = Float64Array.from(candles.time.subarray(0, candles.length), (t) => timeframe(frame).closeOf(t));
  const points = trainPoints({ first: known[0]!, last: known.at(-1)!, window, every, handoverDelay: 0 });
  if (points.length === 0)
    throw new TidegateError(
      'TRAIN_HISTORY',
      `${candles.length} candles of ${frame} hold no window of ${window / 86_400_000} days`,
      {
        remedy: 'Load more history, or set a shorter --window.',
      },
    );
  const truth = realised(wanted, known);
  const forecasts: Record<string, Float64Array> = {};
  for (const [m, choice] of models.entries()) {
    const column = new Float64Array(candles.length).fill(Number.NaN);
    for (const [k, at] of points.entries()) {
      wanted.onProgress?.((m + k / points.length) / models.length);
      const module = await registry.create('volatility', choice, 'models');
      const end = lowerBound(known, at + 1);
      module.fit(sliceCandles(candles, lowerBound(known, at - window + 1), end));
      const until = points[k + 1] === undefined ? candles.length : lowerBound(known, points[k + 1]! + 1);
      for (let row = end - 1; row < until - 1 || (row < until && k === points.length - 1); row++) {
        if (row >= end) module.update(candles, row);
        column[row] = module.forecast(horizon).reduce((sum, v) => sum + v, 0);
      }
    }
    forecasts[labelOf(choice, models)] = column;
  }
  wanted.onProgress?.(1);
  const rows = Array.from(truth.keys()).filter(
    (i) => truth[i]! > 0 && Object.values(forecasts).every((f) => f[i]! > 0),
  );
  return {
    scores: compareForecasts(truth, forecasts, horizon),
    rows: rows.length,
    from: known[rows[0]!]!,
    to: known[rows.at(-1)!]!,
    fits: points.length * models.length,
  };
}

/** Sum of squared log returns over the next `horizon` candles; NaN where they are not all there. */
function realised({ candles, finer, horizon, frame }: VolatilityComparison, known: Float64Array): Float64Array {
  const own = new Float64Array(candles.length).fill(Number.NaN);
  for (let i = 1; i < candles.length; i++) {
    if (!finer) own[i] = Math.log(candles.close[i]! / candles.close[i - 1]!) ** 2;
    else {
      const from = lowerBound(finer.time, candles.time[i]!);
      const to = lowerBound(finer.time, timeframe(frame).closeOf(candles.time[i]!));
      let sum = 0;
      for (let k = Math.max(1, from); k < to; k++) sum += Math.log(finer.close[k]! / finer.close[k - 1]!) ** 2;
      own[i] = to > from ? sum : Number.NaN;
    }
  }
  return Float64Array.from(known, (_, i) => {
    let sum = 0;
    for (let h = 1; h <= horizon; h++) sum += own[i + h] ?? Number.NaN;
    return sum;
  });
}

function labelOf(choice: ModuleChoice, all: readonly ModuleChoice[]): string {
  const name = (c: ModuleChoice) => (typeof c === 'string' ? c : c.name);
  if (typeof choice === 'string' || all.filter((c) => name(c) === choice.name).length === 1) return name(choice);
  const { name: own, ...options } = choice;
  return `${own} ${JSON.stringify(options)}`;
}
