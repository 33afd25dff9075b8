/** What plugin authors test with: the contract of each kind of module, and fakes. `import … from 'tidegate/testing'`. */
export { testCandles } from './candle-fakes.ts';
export { checkExecution } from './execution-contract.ts';
export { checkFeature, type Violation } from './feature-contract.ts';
export { checkFeatureSet } from './feature-set-contract.ts';
export { checkLabel } from './label-contract.ts';
export { type FakePair, testMarketData } from './market-fake.ts';
export { checkModel, testDataset } from './model-contract.ts';
export { checkObjective, testRun } from './objective-contract.ts';
export { checkPairlist } from './pairlist-contract.ts';
export { checkRegime } from './regime-contract.ts';
export { checkRisk } from './risk-contract.ts';
export { checkSizing } from './sizing-contract.ts';
export {
  closedTradesOf,
  type PastTrade,
  testContext,
  testIntent,
  testPosition,
  testSpec,
} from './trading-fakes.ts';
export type { ContractViolation, ModuleContract } from './violation.ts';
export { checkVolatility } from './volatility-contract.ts';
