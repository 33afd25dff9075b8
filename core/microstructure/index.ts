/** Streaming features of trades and books, for strategies and modules of users. */
export {
  bookShape,
  bookVwap,
  imbalanceAtLevels,
  imbalanceWithin,
  queueImbalance,
  weightedMid,
} from './book-imbalance.ts';
export { Cvd } from './cvd.ts';
export { type Agreement, agreement } from './ensemble-agreement.ts';
export { fillProbability } from './fill-probability.ts';
export { Flicker } from './flicker.ts';
export { Footprint, type FootprintCandle } from './footprint.ts';
export { FundingArbitrage } from './funding-arbitrage.ts';
export { fitHawkes, HawkesIntensity } from './hawkes.ts';
export { RollingHurst } from './hurst.ts';
export { LiquidationCascade } from './liquidation-cascade.ts';
export { Liquidity } from './liquidity.ts';
export { LobFeatures } from './lob-features.ts';
export { lstmFallback } from './lstm-fallback.ts';
export type { MicroMarket, MicroOptions, MicroState } from './micro-market.ts';
export { MicroRegime } from './micro-regime.ts';
export { Microprice } from './microprice.ts';
export { MidClock } from './mid-clock.ts';
export { OrderFlowImbalance } from './ofi.ts';
export { OnlineDirection } from './online-direction.ts';
export { IcebergDetector, SweepDetector } from './order-detection.ts';
export { OuSignal } from './ou-signal.ts';
export { ParkinsonBlend, SESSION_WEIGHTS } from './parkinson-blend.ts';
export { KyleLambda } from './price-impact.ts';
export { CorwinSchultz, RollSpread } from './spread-estimators.ts';
export { TradeClassifier } from './trade-classifier.ts';
export { TradeSpreads } from './trade-spreads.ts';
export { TradeStats } from './trade-stats.ts';
export { calibrateBucketVolume, Vpin } from './vpin.ts';
export { SlidingNormaliser } from './welford.ts';
