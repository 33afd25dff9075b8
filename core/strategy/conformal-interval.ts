import { z } from 'zod';
import type { Column } from '../columns/column.ts';
import { TidegateError } from '../foundation/errors.ts';
import { normalQuantile } from '../foundation/normal.ts';
import type { FeatureDefinition } from '../indicators/feature.ts';
import { gridKey, Series, type SeriesView } from '../indicators/series.ts';

export interface ConformalOptions {
  /** Candles that the model's label looks ahead. */
  readonly horizon: number;
  /** Share of the returns that shall lie inside (default 0.9). */
  readonly coverage?: number;
  /** Latest errors that the interval is made of (default 500). */
  readonly window?: number;
}

/** What a model of returns expects, and between what it expects it. Returns as fractions. */
export interface ConformalInterval {
  readonly expected: Series;
  readonly low: Series;
  readonly high: Series;
  /** Type only. */
  readonly view: { readonly expected: SeriesView; readonly low: SeriesView; readonly high: SeriesView };
}

/**
 * Conformal interval of the return over the next `horizon` candles, about what a model of the label `return` expects (split conformal prediction, Lei
 * et al. 2018, over a sliding window): its radius is the quantile of the latest absolute errors that `coverage` asks for, whatever the model. An error
 * counts once its return has come, `horizon` candles later. NaN where the model has no opinion, or before enough errors are known.
 * @throws TidegateError FEATURE_GRID where model and close lie on different grids, FEATURE_OPTION
 */
export function conformalInterval(
  model: { readonly direction: Series; readonly volatility: Series },
  close: Series,
  { horizon, coverage = 0.9, window = 500 }: ConformalOptions,
): ConformalInterval {
  if (gridKey(model.direction.grid) !== gridKey(close.grid))
    throw new TidegateError(
      'FEATURE_GRID',
      `an interval got ${gridKey(model.direction.grid)} and ${gridKey(close.grid)}`,
      { remedy: 'Give series of one pair and timeframe.' },
    );
  const isWhole = (x: number, least: number) => Number.isInteger(x) && x >= least;
  if (!(isWhole(horizon, 1) && isWhole(window, 10) && coverage > 0 && coverage < 1))
    throw new TidegateError(
      'FEATURE_OPTION',
      `an interval cannot take horizon ${horizon}, coverage ${coverage}, window ${window}`,
      { remedy: 'Give whole candles from 1, a coverage between 0 and 1, and a window of at least 10.' },
    );
  const inputs = [close, model.direction, model.volatility];
  const text = JSON.stringify([horizon, coverage, window]);
  const key = `conformal-interval@1(${text})[${inputs.map((s) => s.key).join(',')}]`;
  const definition = intervalFeature(horizon, coverage, window);
  const node = { kind: 'feature', grid: close.grid, definition, options: {}, inputs, key } as const;
  const [expected, low, high] = definition.outputs.map((_, k) => new Series(node, k));
  return { expected, low, high } as unknown as ConformalInterval;
}

function intervalFeature(horizon: number, coverage: number, window: number): FeatureDefinition {
  return {
    name: 'conformal-interval',
    version: 1,
    doc: 'Conformal interval of what a model of returns expects',
    source: 'Lei, G’Sell, Rinaldo, Tibshirani and Wasserman, JASA 113(523), 2018',
    units: 'fractions',
    inputs: ['close', 'direction', 'volatility'],
    outputs: ['expected', 'low', 'high'],
    options: z.object({}),
    args: [],
    warmup: () => 0,
    lookback: () => horizon,
    settle: () => window + horizon,
    create: (_: never, inputs: readonly Column[], outputs: readonly Column[]) => {
      // How many errors there were, then the latest as they came, and in order.
      const state = new Float64Array(1 + 2 * window);
      const ring = state.subarray(1, 1 + window);
      const sorted = state.subarray(1 + window);
      const known = () => Math.min(state[0]!, window);
      /** Place of the first value that is not below. */
      const placeOf = (value: number, count: number) => {
        let from = 0;
        let to = count;
        while (from < to) {
          const middle = (from + to) >>> 1;
          if (sorted[middle]! < value) from = middle + 1;
          else to = middle;
        }
        return from;
      };
      /** The ceil((n + 1) coverage)-th smallest error: see `conformalQuantile`. NaN where there are too few. */
      const radius = () => {
        const count = known();
        const rank = Math.max(1, Math.ceil((count + 1) * coverage - 1e-9));
        return rank > count ? Number.NaN : sorted[rank - 1]!;
      };
      const learn = (error: number) => {
        const slot = state[0]! % window;
        let count = known();
        if (count === window) {
          const gone = placeOf(ring[slot]!, count--);
          sorted.copyWithin(gone, gone + 1, count + 1);
        }
        const at = placeOf(error, count);
        sorted.copyWithin(at + 1, at, count);
        sorted[at] = error;
        ring[slot] = error;
        state[0]!++;
      };
      return {
        state,
        advance(from: number, to: number) {
          const { base } = inputs[0]!;
          const [close, direction, volatility] = inputs.map((c) => c.values) as [
            Float64Array,
            Float64Array,
            Float64Array,
          ];
          const [expected, low, high] = outputs.map((c) => c.values) as [Float64Array, Float64Array, Float64Array];
          const expectedAt = (i: number) => {
            const p = Math.min(1 - 1e-15, Math.max(1e-15, (1 + direction[i]!) / 2));
            return volatility[i]! * normalQuantile(p);
          };
          for (let row = from; row < to; row++) {
            const i = row - base;
            if (row >= horizon) {
              const past = i - horizon;
              const error = Math.abs(close[i]! / close[past]! - 1 - expectedAt(past));
              if (Number.isFinite(error)) learn(error);
            }
            const mean = expectedAt(i);
            const width = radius();
            expected[i] = mean;
            low[i] = mean - width;
            high[i] = mean + width;
          }
        },
      };
    },
  };
}
