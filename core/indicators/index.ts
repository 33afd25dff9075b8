/** All built-in features, and what it takes to write one. */
export * from './bands/index.ts';
export * from './calendar/index.ts';
export * from './cycle/index.ts';
export * from './expand/index.ts';
export * from './expressions/index.ts';
export { type AnyFeature, defineFeature, type Feature, type FeatureDefinition, period, runFeature } from './feature.ts';
export * from './flow/index.ts';
export type { Kernel } from './kernel.ts';
export * from './math/index.ts';
export * from './momentum/index.ts';
export * from './normalise/index.ts';
export * from './oscillators/index.ts';
export * from './overlap/index.ts';
export * from './patterns/index.ts';
export * from './price/index.ts';
export * from './range-volatility/index.ts';
export * from './rolling/index.ts';
export {
  type CandleSeries,
  join as joinSeries,
  knownVolume,
  type Operand,
  Series,
  type SeriesView,
  source as sourceSeries,
} from './series.ts';
export * from './statistic/index.ts';
export * from './stochastic-process/index.ts';
export * from './structure/index.ts';
export * from './trend/index.ts';
export { userFeature } from './user-feature.ts';
export * from './volatility/index.ts';
export * from './volume/index.ts';
