/** What the built-in features of trades and books say, by module: the names that `f.<feature>` has. A test holds the modules to it. */
export interface TickFeatureOutputs {
  agreement: 'direction' | 'confidence' | 'isAccepted';
  'book-direction': 'direction' | 'isReady';
  'book-imbalance': 'queue' | 'levels' | 'near';
  'book-shape': 'bidSlope' | 'askSlope' | 'bidConvexity' | 'askConvexity';
  'book-vector':
    | `bid${0 | 1 | 2 | 3 | 4}`
    | `ask${0 | 1 | 2 | 3 | 4}`
    | `imbalance${0 | 1 | 2 | 3 | 4}`
    | 'spread'
    | 'rsi'
    | 'ema12'
    | 'ema26'
    | 'atr'
    | 'bollingerWidth'
    | 'isReady';
  'book-vwap': 'bid' | 'ask' | 'gapBps';
  'corwin-schultz': 'value';
  cvd: 'value' | 'window' | 'divergence' | 'isOverriding';
  'depth-shock': 'isShock' | 'drop' | 'baseline';
  'fill-probability': 'bid' | 'ask';
  flicker: 'bid' | 'ask';
  footprint: 'delta' | 'lastDelta' | 'stackedBuys' | 'stackedSells';
  'funding-arbitrage': 'z' | 'direction' | 'expectedBps' | 'annualisedBps';
  hawkes: 'buys' | 'sells' | 'imbalance';
  icebergs: 'bid' | 'ask';
  'kyle-lambda': 'value' | 'rSquared';
  'liquidation-cascade': 'isActive' | 'side' | 'notional';
  'learned-direction': 'direction' | 'hitRate' | 'samples' | 'isReady';
  liquidity: 'spread' | 'depthImbalance' | 'weightedBid' | 'weightedAsk' | 'resilience';
  microprice: 'value' | 'adjustment';
  microstructure: 'state' | 'multiplier' | 'spreadBps' | 'depthNotional' | 'updatesPerSecond';
  'mid-hurst': 'value' | 'isTrending' | 'isReverting';
  'mid-ou': 'signal' | 'z' | 'hurst';
  ofi: 'value' | 'z' | 'isReady';
  'parkinson-blend': 'value' | 'parkinson' | 'realised' | 'isReady';
  'roll-spread': 'value';
  sweeps: 'isSweep' | 'side' | 'levels';
  'trade-classifier': 'fallbackShare' | 'isReliable' | 'lastSide';
  'trade-spreads': 'effectiveSpreadTrade' | 'realisedSpread' | 'priceImpact';
  'trade-stats': 'meanSize' | 'sizeDeviation' | 'largeShare' | 'perSecond' | 'clustering';
  vpin: 'value' | 'multiplier' | 'isReady' | 'isKillSwitchOn' | 'bucketVolume';
  'vpin-regime': 'state' | 'multiplier' | 'value';
  'weighted-mid': 'value' | 'mid';
  welford: 'z' | 'mean' | 'deviation';
}
