/** The framework's public surface, without plugins. Outsiders import this (through the root entry), nothing deeper. */

export { openData, synthMarket } from './data/lazy.ts';
export { type DocumentSource, RememberedDocument } from './data/remembered-document.ts';
export type { Candle, CandleTable, EventTable, TradeTable } from './domain/candles.ts';
export { candlesFrom, candleTable } from './domain/candles.ts';
export type { InstrumentKind, InstrumentSpec, LeverageTier } from './domain/instrument.ts';
export type { EquityCurve, RunInputs, RunResult } from './domain/run-result.ts';
export { type Timeframe, timeframe } from './domain/timeframe.ts';
export { Instrument } from './domain/tradable.ts';
export type { ClosedTrade, OrderSide, Side, TradeOrder } from './domain/trade.ts';
export type { AccountView, PositionView } from './domain/views.ts';
export { TidegateError } from './foundation/errors.ts';
export { normalCdf } from './foundation/normal.ts';
export { redacted } from './foundation/redacted.ts';
export { drawAt, type Rng, seeded } from './foundation/rng.ts';
export { utcTime } from './foundation/utc-time.ts';
export { cmaEsSampler } from './hyperopt/samplers/cma-es.ts';
export { gaussianProcessSampler } from './hyperopt/samplers/gaussian-process.ts';
export { gridSampler } from './hyperopt/samplers/grid.ts';
export { haltonSampler } from './hyperopt/samplers/halton.ts';
export { nsga2Sampler } from './hyperopt/samplers/nsga2.ts';
export { nsga3Sampler } from './hyperopt/samplers/nsga3.ts';
export { randomSampler } from './hyperopt/samplers/random.ts';
export { type Sampler, type SamplerContext, type SamplerRun, uniformPoint } from './hyperopt/samplers/sampler.ts';
export { sobolSampler } from './hyperopt/samplers/sobol.ts';
export { tpeSampler } from './hyperopt/samplers/tpe.ts';
export type { Space } from './hyperopt/space/space.ts';
export type { SeenTrial, Suggestion, TrialStart } from './hyperopt/trial.ts';
export * from './indicators/index.ts';
export { daily } from './metrics/daily.ts';
export { annualGrowth } from './metrics/growth.ts';
export { maxDrawdown } from './metrics/max-drawdown.ts';
export { sharpe } from './metrics/sharpe.ts';
export { sortino } from './metrics/sortino.ts';
export * from './microstructure/index.ts';
export * from './ml/classic/index.ts';
export { volumeSpikes } from './ml/labels/events.ts';
export { breakout, forwardVolatility } from './ml/labels/forward-return.ts';
export { trendScanning } from './ml/labels/trend-scanning.ts';
export { metaLabels, tripleBarrier as barrierLabels } from './ml/labels/triple-barrier.ts';
export * from './ml/linear/index.ts';
export { onnxModule } from './ml/onnx/onnx-module.ts';
export { ChangePointDetector, CusumDetector } from './ml/regimes/change-points.ts';
export { gaussianRegime } from './ml/regimes/gaussian-regime.ts';
export { Hysteresis } from './ml/regimes/hysteresis.ts';
export { filterMarkovRegression, fitMarkovRegression, type MarkovRegression } from './ml/regimes/markov-regression.ts';
export { mixtureChain } from './ml/regimes/mixture.ts';
export * from './ml/tree-models/index.ts';
export * from './ml/volatility/index.ts';
export type * from './ports/learning-modules.ts';
export type { MarketData } from './ports/market-data.ts';
export type { TickBook, TickFeature, TickHost, TickInput, TickTrade } from './ports/tick-features.ts';
export type * from './ports/trading-modules.ts';
export { barrierExit } from './registry/barrier-exit.ts';
export { closedCandles } from './registry/closed-candles.ts';
export { type AnyPlugin, definePlugin, type Plugin } from './registry/define-plugin.ts';
export {
  type FeatureSet,
  KINDS,
  type Kind,
  type KindContracts,
  type NotifierModule,
  type PairlistContext,
  type PairlistModule,
  type SamplerModule,
  type SourceModule,
} from './registry/kinds.ts';
export { modelFileOptions } from './registry/model-file-options.ts';
export { type InputVector, inputsOf, inputVector, namedInputsSchema } from './registry/named-inputs.ts';
export { orderLadder } from './registry/order-ladder.ts';
export { orderSchedule } from './registry/order-schedule.ts';
export { RealisedBalance } from './registry/realised-balance.ts';
export { optionsSchema } from './registry/registry.ts';
export { defineTickFeature, needsTicks } from './registry/tick-feature.ts';
export { type LockRule, type SpanOptions, spanMs, TradeLocks } from './registry/trade-locks.ts';
export { backtest } from './runtime/lazy.ts';
export type { BacktestPlaces, BacktestSettings, ScriptedRun } from './runtime/scripted-backtest.ts';
export type { Bar, BarCandle } from './strategy/bar.ts';
export {
  type ConformalInterval,
  type ConformalOptions,
  conformalInterval,
} from './strategy/conformal-interval.ts';
export { type EnsembleSeries, ensemble } from './strategy/ensemble-series.ts';
export type { ModelSeries, RegimeSeries } from './strategy/learned-series.ts';
export { declareMarket, type Market } from './strategy/market.ts';
export {
  bool,
  choice,
  int,
  oneOf,
  type Parameter,
  type ParameterTree,
  real,
  type TextParameter,
  text,
} from './strategy/parameters.ts';
export type { PipelineInput } from './strategy/pipeline/pipeline-settings.ts';
export { PipelineStrategy } from './strategy/pipeline/pipeline-strategy.ts';
export type { BookState, OrdersLevel, OrderWish, QuoteLevel, QuoteWish, TickNeeds } from './strategy/quotes.ts';
export { parseSignals, type SignalRow } from './strategy/signal-rows.ts';
export {
  type Adjustment,
  type BookTop,
  type CallbackContext,
  type FillView,
  type OrderContext,
  type PositionContext,
  type ProtectionSpec,
  Strategy,
  type StrategyContext,
  type TradeTick,
} from './strategy/strategy.ts';
export type { TickFeatureOutputs } from './strategy/tick-feature-outputs.ts';
export type { ModelBlock, RegimeBlock, TrainBlock, VolatilityBlock } from './strategy/train-block.ts';
export { crossedAbove, crossedBelow, type FeatureRecord, View, type Views } from './strategy/view.ts';
