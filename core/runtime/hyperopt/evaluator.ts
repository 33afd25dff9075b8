import type { Config } from '../../config/schema.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { EquityLog } from '../../engine/equity.ts';
import { fixedSlippage, totalSlippage } from '../../engine/fills/slippage.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ObjectiveInput, Params } from '../../hyperopt/index.ts';
import { type PrunePlan, pruneJudge } from '../../hyperopt/pruners/pruner.ts';
import { dataKindOf, type MarketData } from '../../ports/market-data.ts';
import type { StrategyContext } from '../../strategy/strategy.ts';
import { assembleBacktest, modulesOf, type Places, withTunedModules } from '../assemble.ts';
import { checkOptions } from '../backtest.ts';
import type { BacktestOptions, StrategySource } from '../backtest-options.ts';
import { freqtradeRun } from '../freqtrade-run.ts';
import { honestRun, type RunWatch } from '../honest-run.ts';
import { loadRegistry } from '../load-registry.ts';
import { type Prepared, prepare } from '../prepare.ts';
import type { RunOutcome } from '../run-outcome.ts';
import { withOptions } from '../tuned-options.ts';
import { ColumnShelf } from './feature-shelf.ts';
import { joinedRun } from './joined-run.ts';
import { type SearchObjective, scoreOf, searchObjectives } from './search-objective.ts';
import { ShelfLedger } from './shelf-ledger.ts';
import { trialParameters } from './strategy-space.ts';
import { lazyResult, objectiveInput, type TrialMetrics, trialMetrics } from './trial-report.ts';

/** What decides a trial's outcome beside its parameters; plain data, so that it travels. */
export interface TrialSetting {
  readonly config: Config;
  readonly places: Places;
  readonly objectives: readonly string[];
  /** Fewer closed trades, or a deeper drawdown (positive fraction), make a trial infeasible. */
  readonly minTrades: number;
  readonly maxDrawdown: number | null;
  readonly keepsReturns: boolean;
  /** Parts that a run is judged after, where it may be given up early. */
  readonly pruneParts: number;
  /** Bytes of costly features that are kept from trial to trial, by all threads of a process together. */
  readonly shelfBytes: number;
  /** Over stored trades and books instead of candles. */
  readonly isOnTicks?: boolean;
}

/** One trial: a strategy other than the setting's, parameters (dotted names of generated spaces included) and the stretch of time, ms UTC, that it trades. */
export interface TrialJob {
  readonly strategy?: string;
  readonly params: Params;
  readonly from: number;
  readonly to: number;
  readonly plan: PrunePlan;
  /** Several stretches instead, run apart and judged as one run. */
  readonly spans?: readonly { readonly from: number; readonly to: number }[];
  /** What is other than in the configuration. */
  readonly changes?: MarketChanges;
}

/** Other costs or pairs than the configuration's, to see how much hangs on them. */
export interface MarketChanges {
  /** Multiplies maker's and taker's fees. */
  readonly feeFactor?: number;
  /** Added to every market order's price, basis points. */
  readonly moreSlippageBps?: number;
  readonly spreadBps?: number;
  readonly latencyMs?: number;
  readonly pairs?: readonly string[];
}

/** What came of it. */
export interface TrialReport {
  readonly values: readonly number[];
  readonly constraints: readonly number[];
  /** Of the first objective after each part, where a plan was to judge them. */
  readonly steps: readonly (readonly [step: number, value: number])[];
  readonly metrics: TrialMetrics;
}

/** Evaluates trials on data that stays loaded. */
export interface Evaluator {
  readonly options: BacktestOptions;
  readonly objectives: readonly SearchObjective[];
  /** @throws what the strategy or its data throws */
  run(job: TrialJob): Promise<TrialReport>;
}

/** For one thread alone. */
function ownShelf({ shelfBytes }: TrialSetting): ColumnShelf {
  return new ColumnShelf({ ledger: new ShelfLedger(shelfBytes), clock: () => performance.now() });
}

/** Loads strategy, modules and objectives once, for any number of trials over `market`. */
export async function makeEvaluator(
  setting: TrialSetting,
  market: MarketData,
  shelf = ownShelf(setting),
): Promise<Evaluator> {
  const { config, places } = setting;
  const options = await assembleBacktest(config, places, market);
  checkOptions(options);
  if (options.strategies.length !== 1)
    throw new TidegateError('HPO_OPTION', `a search tunes one strategy, not ${options.strategies.length}`, {
      where: '--strategy',
      remedy: 'Give one name.',
    });
  const registry = await loadRegistry({ userdir: places.userdir, packages: config.plugins });
  const objectives = await searchObjectives(setting.objectives, registry);
  const source = options.strategies[0]!;
  const declared = source.create({});
  const trialOf = (job: TrialJob): BacktestOptions => {
    const tuned = { ...source.tuned?.options, ...trialParameters(job.params, declared).options };
    const trial = trialOptions(options, job);
    if (Object.keys(tuned).length === 0) return trial;
    return { ...trial, modules: modulesOf(withOptions(config, tuned), registry), ...learningOf(trial, tuned) };
  };
  return {
    options: { ...options, usedCode: () => ({ ...options.usedCode?.(), ...registry.usedCode }) },
    objectives,
    async run(job) {
      const steps: (readonly [number, number])[] = [];
      const runOn = async ({ from, to }: { readonly from: number; readonly to: number }) => {
        const trial = await changed(trialOf({ ...job, from, to }), job.changes);
        const prepared = await prepare(trial, { isTrusting: true, shelf: (rows) => shelf.of(rows) });
        const watch = job.spans ? undefined : watchOf(job.plan, setting, objectives[0]!, options, steps);
        const outcome = await runTrial(prepared, trial, watch);
        const release = () => {
          prepared.plan.release();
          outcome.release?.();
        };
        return { trial, outcome, timeframe: prepared.timeframe, release };
      };
      const { trial, outcome, timeframe, release } = job.spans
        ? await joinedRun(job.spans, runOn, options.startingBalance)
        : await runOn(job);
      const judged = judgeTrial(setting, objectives, outcome, timeframe, trial);
      release();
      return { ...judged, steps };
    },
  };
}

/** What a run is worth to its search. `trial.startingBalance` is what it began with. */
export function judgeTrial(
  setting: TrialSetting,
  objectives: readonly SearchObjective[],
  outcome: RunOutcome,
  timeframe: string,
  trial: BacktestOptions,
): Pick<TrialReport, 'values' | 'constraints' | 'metrics'> {
  const run = objectiveInput(outcome, trial.pairs, trial.startingBalance);
  const metrics = trialMetrics(run, setting.keepsReturns);
  const values = objectives.map((objective) => objectiveValue(objective, run, outcome, timeframe, trial));
  const { maxDrawdown, minTrades } = setting;
  const constraints = [
    ...(minTrades > 0 ? [minTrades - metrics.trades] : []),
    ...(maxDrawdown === null ? [] : [metrics.drawdown - maxDrawdown]),
  ];
  return { values, constraints, metrics };
}

/** Evaluators of a setting's strategy, and of others that jobs name, each made when it is first asked for. */
export function evaluatorsOf(
  setting: TrialSetting,
  market: MarketData,
  shelf = ownShelf(setting),
): Pick<Evaluator, 'run'> {
  const made = new Map<string, Promise<Evaluator>>();
  return {
    async run(job) {
      const { strategy = job.strategy } = setting.config;
      const name = job.strategy ?? [strategy].flat()[0]!;
      let evaluator = made.get(name);
      if (!evaluator) {
        evaluator = makeEvaluator({ ...setting, config: { ...setting.config, strategy: name } }, market, shelf);
        made.set(name, evaluator);
      }
      return (await evaluator).run(job);
    },
  };
}

/** The options of one trial: its parameters, its attributes, its time. */
export function trialOptions(
  options: BacktestOptions,
  { params, from, to }: Pick<TrialJob, 'params' | 'from' | 'to'>,
): BacktestOptions {
  return { ...options, strategies: [withParams(options.strategies[0]!, params)], from, to };
}

/** Models of options that no other trial has would only fill the disk. */
function learningOf(
  { learning }: BacktestOptions,
  tuned: Readonly<Record<string, unknown>>,
): Pick<BacktestOptions, 'learning'> {
  if (!learning || !Object.keys(tuned).some((path) => path.startsWith('train.'))) return {};
  const { cacheFolder: _, ...services } = learning;
  return { learning: services };
}

async function changed(options: BacktestOptions, changes: MarketChanges | undefined): Promise<BacktestOptions> {
  if (!changes) return options;
  const { costs, data, exchange, fee } = options;
  const { feeFactor = 1, moreSlippageBps = 0, pairs = options.pairs } = changes;
  const specs: Record<string, InstrumentSpec> = { ...options.specs };
  if (feeFactor !== 1 && fee === undefined)
    for (const pair of pairs) {
      const { spec } = await data.specAt(exchange, pair, options.from ?? 0);
      specs[pair] = { ...spec, makerFee: spec.makerFee * feeFactor, takerFee: spec.takerFee * feeFactor };
    }
  return {
    ...options,
    pairs,
    specs,
    ...(fee !== undefined && { fee: fee * feeFactor }),
    costs: {
      ...costs,
      latencyMs: changes.latencyMs ?? costs.latencyMs,
      spreadBps: changes.spreadBps ?? costs.spreadBps,
      // A spread that was asked for stands in place of that of the data.
      ...(changes.spreadBps !== undefined && { quotedSpread: 0 }),
      slippage:
        moreSlippageBps === 0
          ? costs.slippage
          : totalSlippage([costs.slippage, fixedSlippage({ bps: moreSlippageBps })]),
    },
  };
}

/** A strategy as a trial runs it. */
export function withParams(source: StrategySource, params: Params): StrategySource {
  const { parameters, attributes, options } = trialParameters(params, source.create({}));
  const tuned = {
    ...source,
    parameters: { ...source.parameters, ...parameters },
    create: (context: StrategyContext) => Object.assign(source.create(context), attributes),
  };
  return Object.keys(options).length > 0 ? withTunedModules(tuned, options) : tuned;
}

function runTrial(prepared: Prepared, options: BacktestOptions, watch: RunWatch | undefined): Promise<RunOutcome> {
  return options.fills === 'freqtrade' ? freqtradeRun(prepared, options) : honestRun(prepared, options, watch);
}

function objectiveValue(
  objective: SearchObjective,
  run: ObjectiveInput,
  outcome: RunOutcome,
  timeframe: string,
  options: BacktestOptions,
): number {
  if (objective.kind === 'loss') return turned(objective, objective.loss(run));
  const {
    strategies,
    pairs,
    detailTimeframe = null,
    from = 0,
    to = 0,
    fills,
    stakeCurrency,
    startingBalance,
  } = options;
  return scoreOf(
    objective,
    lazyResult(outcome, {
      strategies: strategies.map((s) => s.name),
      pairs,
      timeframe,
      detailTimeframe,
      from,
      to,
      fills,
      stakeCurrency,
      startingBalance,
      settings: {},
      dataKind: dataKindOf(options.data, options.exchange),
    }),
  );
}

function turned(objective: SearchObjective, loss: number): number {
  return objective.direction === 'maximize' ? 0 - loss : loss;
}

/** Looks at the first objective after each part and stops a run that the plan gives up. */
function watchOf(
  plan: PrunePlan,
  { pruneParts }: TrialSetting,
  objective: SearchObjective,
  options: BacktestOptions,
  steps: (readonly [number, number])[],
): RunWatch | undefined {
  if (pruneParts < 2 || objective.kind !== 'loss') return undefined;
  const judge = pruneJudge(plan);
  return {
    parts: pruneParts,
    look(part: number, equity: EquityLog, engine) {
      const run = objectiveInput({ equity, engine } as unknown as RunOutcome, options.pairs, options.startingBalance);
      const loss = objective.loss(run);
      steps.push([part, turned(objective, loss)]);
      return !judge(part, loss);
    },
  };
}
