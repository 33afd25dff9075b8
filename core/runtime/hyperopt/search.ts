import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import {
  hyperbandPruner,
  medianPruner,
  openStudyFile,
  type Params,
  type Pruner,
  runStudy,
  type Sampler,
  type StudyResult,
  type StudyStore,
  sqliteStore,
  successiveHalvingPruner,
  type Trial,
} from '../../hyperopt/index.ts';
import type { MarketData } from '../../ports/market-data.ts';
import { assembleBacktest, type Places } from '../assemble.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { loadRegistry } from '../load-registry.ts';
import { prepare } from '../prepare.ts';
import { hashOf } from '../result-of.ts';
import {
  type Evaluator,
  type MarketChanges,
  makeEvaluator,
  type TrialReport,
  type TrialSetting,
  trialOptions,
} from './evaluator.ts';
import { moduleSpaces } from './module-spaces.ts';
import { type Period, periodOf } from './period-of.ts';
import { probeNeeds } from './probe-needs.ts';
import { SharedMarket } from './shared-market.ts';
import { type StrategySpace, strategySpace } from './strategy-space.ts';
import type { TrialCrew } from './thread-pool.ts';
import { strategyHash, trialCrew } from './trial-crew.ts';

/** What to search, how, and where. */
export interface SearchPlan {
  readonly config: Config;
  readonly places: Places;
  readonly spaces?: readonly string[];
  readonly epochs: number;
  readonly sampler: string;
  readonly samplerOptions?: Readonly<Record<string, unknown>>;
  readonly objectives: readonly string[];
  readonly seed: string | number;
  readonly lag: number;
  readonly jobs: number;
  readonly pruner?: 'median' | 'halving' | 'hyperband';
  readonly patience?: number;
  readonly minTrades: number;
  readonly maxDrawdown?: number;
  /** Share of the period, at its end, that no trial sees. 0: none. */
  readonly holdOut: number;
}

/** A search with everything loaded, ready to evaluate trials. */
export interface LoadedSearch {
  readonly plan: SearchPlan;
  readonly options: BacktestOptions;
  readonly setting: TrialSetting;
  readonly market: SharedMarket;
  readonly evaluator: Evaluator;
  readonly space: StrategySpace;
  readonly sampler: Sampler;
  /** What is traded in all. */
  readonly period: Period;
  readonly train: Period;
  /** Held out; undefined where nothing is. */
  readonly test: Period | undefined;
  /** What outcomes depend on, for the study's identity. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** History that features of any trial look back on. */
  readonly memoryMs: number;
}

const PRUNE_PARTS = 9;
const SHELF_BYTES = 256 * 1024 * 1024;
/** More daily returns than this are not kept with each trial (44 years). */
const MOST_DAYS = 16_000;

/**
 * Loads a strategy's data once and finds its space.
 * @param data in place of what the plan's places hold
 * @throws TidegateError SPACE_EMPTY, SPACE_GROUP, HPO_OPTION, and everything that a backtest of it would throw before it starts
 */
export async function loadSearch(plan: SearchPlan, data?: MarketData): Promise<LoadedSearch> {
  if (!(plan.holdOut >= 0 && plan.holdOut < 1))
    throw new TidegateError('HPO_OPTION', `--hold-out is ${plan.holdOut}`, {
      remedy: 'Give a share of the period from 0 to below 1.',
    });
  const opened = await assembleBacktest(plan.config, plan.places, data);
  const { space, sampler } = await spaceOf(opened, plan);
  const needs = await probeNeeds(opened, space);
  const { period, range } = await periodOf(opened, needs);
  const market = new SharedMarket(opened.data, () => Promise.resolve(opened.data), range);
  const { train, test } = splitOf(period, plan.holdOut, needs.frame);
  const days = (train.to - train.from) / 86_400_000;
  const setting: TrialSetting = {
    config: plan.config,
    places: plan.places,
    objectives: plan.objectives,
    minTrades: plan.minTrades,
    maxDrawdown: plan.maxDrawdown ?? null,
    keepsReturns: days <= MOST_DAYS,
    pruneParts: plan.pruner ? PRUNE_PARTS : 0,
    shelfBytes: SHELF_BYTES,
  };
  const evaluator = await makeEvaluator(setting, market);
  const options = { ...evaluator.options, notes: opened.notes ?? [] };
  // What every trial would stumble over shows now: missing data, and features that look ahead.
  await prepare(trialOptions(options, { params: space.start, ...train }));
  await market.list();
  return {
    plan,
    options,
    setting,
    market,
    evaluator,
    space,
    sampler,
    period,
    train,
    test,
    identity: await identityOf(options, plan, train, needs.frame),
    memoryMs: needs.warmup * timeframe(needs.frame).ms,
  };
}

/** What a search tunes, and what picks its trials. @throws TidegateError HPO_OPTION, SPACE_EMPTY, SPACE_GROUP */
export async function spaceOf(
  options: BacktestOptions,
  plan: SearchPlan,
): Promise<Pick<LoadedSearch, 'space' | 'sampler'>> {
  const source = options.strategies[0]!;
  if (options.strategies.length > 1)
    throw new TidegateError('HPO_OPTION', `a search tunes one strategy, not ${options.strategies.length}`, {
      where: '--strategy',
      remedy: 'Give one name.',
    });
  const strategy = (source.asWritten ?? source.create)(source.parameters ? { parameters: source.parameters } : {});
  if (options.timeframe) strategy.timeframe = options.timeframe;
  const registry = await loadRegistry({ userdir: plan.places.userdir, packages: plan.config.plugins });
  const modules = await moduleSpaces(plan.config, strategy, registry);
  const space = strategySpace(
    strategy,
    source.name,
    plan.spaces,
    { ...source.parameters, ...source.tuned?.options },
    modules,
  );
  const choice = { ...plan.samplerOptions, name: plan.sampler };
  const sampler = (await registry.create('sampler', choice, '--sampler')) as Sampler;
  return { space, sampler };
}

/** The end of the period is held out; the cut lies on a candle's opening. */
function splitOf(period: Period, share: number, frame: string): { train: Period; test: Period | undefined } {
  if (share === 0) return { train: period, test: undefined };
  const cut = timeframe(frame).openOf(period.to - (period.to - period.from) * share);
  return { train: { from: period.from, to: cut }, test: { from: cut, to: period.to } };
}

async function identityOf(options: BacktestOptions, plan: SearchPlan, train: Period, frame: string) {
  const { data, exchange, pairs, settings = {} } = options;
  const plugins = options.usedCode?.() ?? {};
  const range = { from: train.from, to: train.to };
  const hashes: Record<string, string> = {};
  for (const pair of pairs)
    hashes[pair] = await data.contentHash({ exchange, pair, type: 'candles', timeframe: frame }, range);
  return {
    strategy: [plan.config.strategy].flat()[0]!,
    code: options.strategies[0]!.codeHash,
    ...(Object.keys(plugins).length > 0 && { plugins }),
    parameters: options.strategies[0]!.parameters ?? {},
    exchange,
    pairs,
    timeframe: frame,
    detailTimeframe: options.detailTimeframe ?? null,
    from: train.from,
    to: train.to,
    holdOut: plan.holdOut,
    fills: options.fills,
    stakeCurrency: options.stakeCurrency,
    startingBalance: options.startingBalance,
    stakeAmount: options.stakeAmount,
    tradableBalanceRatio: options.tradableBalanceRatio,
    maxOpenTrades: options.maxOpenTrades,
    ...(options.netting && { netting: true }),
    fee: options.fee ?? null,
    assumeFunding: options.assumeFunding ?? null,
    minTrades: plan.minTrades,
    maxDrawdown: plan.maxDrawdown ?? null,
    pruneParts: plan.pruner ? PRUNE_PARTS : 0,
    settings,
    data: hashes,
  };
}

/** A study's name where none is given: the same command finds the same study. */
export function defaultStudyName({ identity, plan, space }: LoadedSearch): string {
  const { objectives, sampler, seed, lag } = plan;
  const hash = hashOf({ identity, objectives, sampler, seed, lag, space: space.space.describe() }).slice(0, 6);
  return `${nameIn(String(identity.strategy))}-${objectives.join('+')}-${hash}`;
}

/** A strategy given by path is called by its file. */
function nameIn(strategy: string): string {
  return basename(strategy).replace(/\.[mc]?[tj]s$/, '');
}

/** What runs a search's trials. */
export function crewOf(search: LoadedSearch, jobs: number, redis?: string): Promise<TrialCrew> {
  const source = search.options.strategies[0]!;
  const [wanted = source.name] = [search.plan.config.strategy].flat();
  const moduleHashes = search.options.usedCode?.() ?? {};
  const needs = {
    ...search,
    strategyHashes: { [wanted]: strategyHash(source) },
    moduleHashes,
    run: search.evaluator.run,
  };
  return trialCrew(needs, jobs, redis);
}

/** Runs or resumes the study of a search. */
export async function runSearch(
  search: LoadedSearch,
  crew: TrialCrew,
  {
    store,
    train = search.train,
    spans,
    first = [search.space.start],
    signal,
    onTrial,
    epochs = search.plan.epochs,
  }: {
    readonly store?: StudyStore;
    readonly train?: Period;
    /** Stretches of `train` that trials see, where it is not all of it. */
    readonly spans?: readonly Period[];
    readonly first?: readonly Params[];
    readonly signal?: AbortSignal;
    readonly onTrial?: (trial: Trial) => void;
    readonly epochs?: number;
  } = {},
): Promise<StudyResult> {
  const { plan, space, identity } = search;
  const signals = [signal, crew.failure].filter((s) => s !== undefined);
  const result = await runStudy({
    space: space.space,
    sampler: search.sampler,
    objectives: search.evaluator.objectives.map(({ name, direction }) => ({ name, direction })),
    seed: plan.seed,
    lag: plan.lag,
    ...(plan.pruner && { pruner: prunerOf(plan.pruner) }),
    first,
    ...(plan.patience !== undefined && { patience: plan.patience }),
    identity: { ...identity, from: train.from, to: train.to, ...(spans && { spans }) },
    trials: epochs,
    parallel: crew.size,
    ...(store && { store }),
    signal: AbortSignal.any(signals),
    ...(onTrial && { onTrial }),
    async evaluate(params, context) {
      const report = await crew.run({ params, ...train, plan: context.prunePlan, ...(spans && { spans }) });
      for (const [step, value] of report.steps) context.report(step, value);
      return { values: report.values, constraints: report.constraints, attrs: { ...report.metrics } };
    },
  });
  crew.failure?.throwIfAborted();
  return result;
}

function prunerOf(name: 'median' | 'halving' | 'hyperband'): Pruner {
  if (name === 'halving') return successiveHalvingPruner();
  return name === 'hyperband' ? hyperbandPruner({ maxStep: PRUNE_PARTS }) : medianPruner();
}

/** One trial's parameters on another stretch of time, or under other costs. */
export function evaluateOn(
  crew: TrialCrew,
  params: Params,
  period: Period,
  changes?: MarketChanges,
): Promise<TrialReport> {
  return crew.run({ params, ...period, plan: { bounds: [], isOnce: false }, ...(changes && { changes }) });
}

/** The store of a named study in a study file, made where there is none. */
export function openStore(path: string, name: string): { readonly store: StudyStore; close(): void } {
  mkdirSync(dirname(path), { recursive: true });
  const db = openStudyFile(path);
  return { store: sqliteStore(db, name), close: () => db.close() };
}
