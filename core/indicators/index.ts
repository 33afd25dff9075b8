/** All built-in features and what it takes to write one. */
export { type AnyFeature, defineFeature, type Feature, type FeatureDefinition, period, runFeature } from './feature.ts';
export type { Kernel } from './kernel.ts';
export { rsi } from './momentum/rsi.ts';
export { ema } from './overlap/ema.ts';
export { type CandleSeries, Series, type SeriesView } from './series.ts';
export { userFeature } from './user-feature.ts';
