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

/** Makes series of what is learned, for `m.model` and its like. The runtime provides it. */
export interface LearnedDeclarer {
  /** @throws TidegateError MODEL_UNKNOWN for a stored model that is not there */
  model(market: Market, ref: ModelRef | string): ModelSeries;
  regime(market: Market, ref: RegimeRef): RegimeSeries;
  states(ref: RegimeRef): readonly string[];
  volatility(market: Market, ref: VolatilityRef): Series;
}
