/** What a volatility model learns from, one row per bar. */
export interface VolatilityObservation {
  /** Return over the bar, in the units that the model was fitted in. */
  readonly return: number;
  /** Realised variance of the bar from finer data, for models of it; the squared return where absent. */
  readonly realisedVariance?: number;
}

export interface ForecastOptions {
  /** Also give the range that holds the variance with this probability (0.9 = from the 5th to the 95th percentile). */
  readonly interval?: number;
  /** Simulated paths, where needed (default 10,000). */
  readonly paths?: number;
  /** Seed of the paths (default 0). */
  readonly seed?: number | string;
}

/** Variance expected 1, 2, … `horizon` bars ahead, in squared units of the returns. */
export interface VolatilityForecast {
  readonly variance: Float64Array;
  readonly low?: Float64Array;
  readonly high?: Float64Array;
}

/** Every volatility model: what it expects of the bars to come, given all that it was shown. */
export interface VolatilityModel {
  readonly name: string;
  /** Moves no state. @throws TidegateError VOLATILITY_OPTION when `horizon` is not a whole number from 1 */
  forecast(horizon: number, options?: ForecastOptions): VolatilityForecast;
  /** Shows the model the next bar: O(1), parameters stay. @throws TidegateError VOLATILITY_DATA when it is not finite */
  update(observation: VolatilityObservation): void;
}
