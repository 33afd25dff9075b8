export { backtestPaths, type CombinatorialSplit, combinatorialSplits, groupSpans } from './honesty/combinatorial.ts';
export { type Importance, type ImportanceOptions, importances } from './honesty/importance.ts';
export {
  type Interval,
  intervalOf,
  type MonteCarlo,
  type MonteCarloOptions,
  monteCarloPaths,
  monteCarloTrades,
  shuffleTrades,
} from './honesty/monte-carlo.ts';
export { gowerDistance, mostStable, type Neighbourhood, neighbourhood, stepsAround } from './honesty/neighbourhood.ts';
export { type RealityCheck, type RealityCheckOptions, realityCheck } from './honesty/reality-check.ts';
export { automaticBlock, stationaryIndices } from './honesty/stationary-bootstrap.ts';
export {
  type Span,
  stitchEquity,
  type WalkOptions,
  type WalkWindow,
  walkForwardEfficiency,
  walkForwardWindows,
} from './honesty/walk-forward.ts';
export {
  drawdownOf,
  NO_TRADES_LOSS,
  type ObjectiveFunction,
  type ObjectiveInput,
} from './objectives/objective-input.ts';
export { OBJECTIVES, objectiveByName } from './objectives/objectives.ts';
export { medianPruner } from './pruners/median.ts';
export { type PrunePlan, type Pruner, pruneJudge } from './pruners/pruner.ts';
export { hyperbandPruner, successiveHalvingPruner } from './pruners/successive-halving.ts';
export { cmaEsSampler } from './samplers/cma-es.ts';
export { gaussianProcessSampler } from './samplers/gaussian-process.ts';
export { gridSampler } from './samplers/grid.ts';
export { haltonPoint, haltonSampler } from './samplers/halton.ts';
export { hypervolume } from './samplers/hypervolume.ts';
export { nsga2Sampler } from './samplers/nsga2.ts';
export { nsga3Sampler } from './samplers/nsga3.ts';
export { paretoFront } from './samplers/pareto.ts';
export { randomSampler } from './samplers/random.ts';
export type { Sampler, SamplerContext, SamplerRun } from './samplers/sampler.ts';
export { SAMPLERS, samplerByName } from './samplers/sampler-by-name.ts';
export { sobolPoint, sobolSampler } from './samplers/sobol.ts';
export { tpeSampler } from './samplers/tpe.ts';
export { compileSpace, type Params, type Space, spaceOfParameters } from './space/space.ts';
export { memoryStore } from './study/memory-store.ts';
export { resultOf, runStudy, studyConfig, studyHash } from './study/run-study.ts';
export { seenOf } from './study/seen.ts';
export { sqliteStore } from './study/sqlite-store.ts';
export type { Ending, Pick, StudyStore, StudyView } from './study/store.ts';
export {
  compareStudies,
  deleteStudy,
  exportTrial,
  listStudies,
  loadStudy,
  type StoredStudy,
  type StudyComparison,
  type StudyHead,
} from './study/studies.ts';
export { failuresText } from './study/study-control.ts';
export type {
  Evaluate,
  Evaluation,
  Objective,
  StudyEnd,
  StudyOptions,
  StudyResult,
  TrialContext,
} from './study/study-options.ts';
export { openStudyFile } from './study/study-schema.ts';
export type { Direction, SeenTrial, Suggestion, Trial, TrialOutcome, TrialStart, TrialState } from './trial.ts';
