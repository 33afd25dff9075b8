import type { Series, SeriesView } from '../indicators/series.ts';
import type { Market } from './market.ts';
import type { ModelRef, RegimeRef, VolatilityRef } from './train-block.ts';

/** What a model says at each candle: direction in [-1, 1], confidence in [0, 1], expected volatility; NaN before the first model. */
export interface ModelSeries {
  readonly direction: Series;
  readonly confidence: Series;
  readonly volatility: Series;
  /** Type only. */
  readonly view: { readonly direction: SeriesView; readonly confidence: SeriesView; readonly volatility: SeriesView };
}

/** The market's state at each candle as an index into `states`, and its probability; NaN before the first fit. */
export interface RegimeSeries {
  readonly state: Series;
  readonly confidence: Series;
  /** Type only. */
  readonly view: { readonly state: SeriesView; readonly confidence: SeriesView };
}

/** What is to be done where a stored model cannot be used. */
export interface StoredOptions {
  /**
   * `stop`: the run ends; `no-opinion`: it says NaN, which enters nothing; or another stored model, `btc@2`, which answers in its place. Absent: a
   * backtest stops, a bot that trades goes on without an opinion, since positions must be looked after.
   */
  readonly fallback?: 'stop' | 'no-opinion' | (string & {});
}

/** Makes series of what is learned, for `m.model` and its like. The runtime provides it. */
export interface LearnedDeclarer {
  /** @throws TidegateError MODEL_UNKNOWN for a stored model that is not there */
  model(market: Market, ref: ModelRef | string, options?: StoredOptions): ModelSeries;
  regime(market: Market, ref: RegimeRef): RegimeSeries;
  states(ref: RegimeRef): readonly string[];
  volatility(market: Market, ref: VolatilityRef): Series;
}
