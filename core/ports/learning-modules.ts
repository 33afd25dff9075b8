import type { CandleTable } from '../domain/candles.ts';
import type { RunResult } from '../domain/run-result.ts';
import type { TickFeature, TickHost } from './tick-features.ts';

/**
 * Rows to learn from, column-major. Row i became known at `availableAt[i]` (ms UTC) and its label at `labelAt[i]`; splits purge by these.
 * NaN = missing.
 */
export interface Dataset {
  readonly names: readonly string[];
  /** One column per feature, each `rows` long. */
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  readonly target: Float64Array;
  readonly availableAt: Float64Array;
  readonly labelAt: Float64Array;
  readonly weights?: Float64Array;
  /** Log return of the close from each row to its label: what weights by return go by. */
  readonly moves?: Float64Array;
  /** How much a model that can weigh features (`weighsFeatures`) shall heed each of them: above 0, at most 1. */
  readonly featureWeights?: Float64Array;
}

/** A target for each candle, looking forward by at most `horizon` candles; NaN where the future is not long enough. */
export interface LabelModule {
  readonly name: string;
  /** Candles ahead that a label may look: what splits purge. */
  readonly horizon: number;
  /** `classes` of a direction label, or 0 for a real-valued one. */
  readonly classes: number;
  label(candles: CandleTable): Float64Array;
}

/** What a model says of each row: a direction in [-1, 1], how sure it is in [0, 1], and the volatility it expects (NaN: no opinion). */
export interface Predictions {
  readonly direction: Float64Array;
  readonly confidence: Float64Array;
  readonly volatility: Float64Array;
}

/** A portable model: JSON for what it is, binary arrays for what it learned. */
export interface SavedModel {
  readonly name: string;
  readonly version: number;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, Float64Array>>;
}

/** Learns from a dataset; predicts in columns. The same seed and data give the same bytes. */
export interface ModelModule {
  readonly name: string;
  /** Of what decides beside its options, such as a file that they name: part of a run's input hash, and of what trainings are kept by. */
  readonly contentHash?: string;
  /** @throws TidegateError MODEL_DATA for one class only, too few rows, infinite values */
  fit(dataset: Dataset): void;
  /** Writes predictions for rows [from, to) of `columns`. */
  predictInto(columns: readonly Float64Array[], out: Predictions, from: number, to: number): void;
  save(): SavedModel;
  /** @throws TidegateError MODEL_MISMATCH when the saved model is of another kind or version */
  load(saved: SavedModel): void;
  /** Weight of each feature, summing to 1, where the model has such. */
  importance?(): Float64Array;
  /** Answers with the place of a row among those of its time, and is judged by that. */
  readonly ranks?: boolean;
  /** Heeds `featureWeights`. */
  readonly weighsFeatures?: boolean;
  /** Learns one more row, for online models. */
  update?(row: Float64Array, target: number): void;
}

/** Names the market's state at each candle, causally: what it says of candle i uses nothing after it. */
export interface RegimeModule {
  readonly name: string;
  readonly states: readonly string[];
  /** Fits to past candles, where the module learns. */
  fit?(candles: CandleTable): void;
  /** What was fitted. Modules that learn without it are fitted again, on the same candles, where what they learned is needed elsewhere. */
  save?(): SavedModel;
  /** @throws TidegateError MODEL_MISMATCH when it was saved by another kind or version */
  load?(saved: SavedModel): void;
  /** State index per candle (NaN in warm-up) and, for each state, its probability. */
  advance(candles: CandleTable): { readonly state: Float64Array; readonly probabilities: readonly Float64Array[] };
  /** Of modules that are made of trades and books: `state` and what else they say, as of now. They refuse `advance`. */
  stream?(host: TickHost): TickFeature;
}

/** Expects how much prices will move. It learns from past candles, then is shown one candle after the other. */
export interface VolatilityModule {
  readonly name: string;
  /** @throws TidegateError VOLATILITY_DATA where the candles are too few or never moved */
  fit(candles: CandleTable): void;
  /** Shows it the candle `row` of `candles`, the next after those that it has seen. */
  update(candles: CandleTable, row: number): void;
  /** Variance of the log return of each of the next `horizon` candles. Moves no state. */
  forecast(horizon: number): Float64Array;
  /** As it is after `fit`, before any `update`. */
  save(): SavedModel;
  /** @throws TidegateError MODEL_MISMATCH when it was saved by another kind or version */
  load(saved: SavedModel): void;
}

/** What a hyperparameter search maximises. NaN: the trial failed. */
export interface ObjectiveModule {
  readonly name: string;
  score(result: RunResult): number;
}
