import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { parseTimerange } from '../config/timerange.ts';
import { withDerivedTimeframes } from '../data/derived-timeframes.ts';
import { openData } from '../data/open-data.ts';
import { givenSpecs } from '../data/specs/spec-store.ts';
import type { TrialsBehind } from '../domain/run-result.ts';
import {
  fixedSlippage,
  type SlippageModel,
  totalSlippage,
  volatilitySlippage,
  volumeShareSlippage,
} from '../engine/fills/slippage.ts';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Registry } from '../registry/registry.ts';
import { dateTime } from '../report/format.ts';
import type { Strategy } from '../strategy/strategy.ts';
import type { BacktestOptions, CostOptions, StrategySource } from './backtest-options.ts';
import { executionModules } from './execution-runner.ts';
import { findStrategy } from './find-strategy.ts';
import type { LearningServices } from './learning/learned-run.ts';
import { loadRegistry } from './load-registry.ts';
import { withOptions } from './tuned-options.ts';

/** Where a run's files are. */
export interface Places {
  readonly userdir: string;
  readonly dataFolder: string;
  /** Nobody named the folder: where it is empty, a synthetic market stands in. */
  readonly isDefaultFolder?: boolean;
}

/** Strategies as a configuration has them, and what of it they leave. */
interface ConfiguredStrategies {
  readonly strategies: readonly StrategySource[];
  /** With the module options of parameter files. */
  readonly config: Config;
  /** Those options, by dotted name. */
  readonly tuned: Readonly<Record<string, unknown>>;
  /** Which parameter files they come from. */
  readonly notes: readonly string[];
  /** Trials behind them. */
  readonly behind: Pick<BacktestOptions, 'trials'>;
}

/**
 * The strategies that a configuration names, with its `override`, `train` and `pipeline` sections and what parameter files say of modules.
 * @throws TidegateError CONFIG_VALUE, PARAM_UNKNOWN, and those of finding a strategy
 */
export async function configuredStrategies(given: Config, userdir: string): Promise<ConfiguredStrategies> {
  const names = given.strategy === undefined ? [] : [given.strategy].flat();
  if (names.length === 0)
    throw new TidegateError('CONFIG_VALUE', 'no strategy was given', {
      remedy: 'Use --strategy NAME; "tidegate list strategies" shows them.',
    });
  const found = await Promise.all(
    names.map(async (name) => overridden(await findStrategy(name, userdir, given.parameters), given)),
  );
  const twice = found.find(({ name }, k) => found.findIndex((other) => other.name === name) < k);
  if (twice)
    throw new TidegateError('CONFIG_VALUE', `the strategy ${twice.name} is given twice`, {
      remedy: 'A pair belongs to one strategy at a time: give each once.',
    });
  const tuned = Object.assign({}, ...found.map((s) => s.tuned?.options)) as Readonly<Record<string, unknown>>;
  const used = new Set<string>();
  const config = withOptions(given, tuned, used);
  const strategies = found.map((source) => withTunedModules(source, tuned, used));
  refuseUnused(tuned, used);
  return { strategies, config, tuned, notes: strategies.flatMap(tunedNote), behind: trialsBehind(strategies) };
}

/**
 * A backtest from a configuration: strategies found and overridden, data opened, modules made.
 * @throws TidegateError for anything in it that is missing or wrong
 */
export async function assembleBacktest(given: Config, places: Places, opened?: MarketData): Promise<BacktestOptions> {
  const { strategies, config, tuned, notes: origins, behind } = await configuredStrategies(given, places.userdir);
  const { data, notes } = opened ? { data: opened, notes: [] } : await marketOf(places, strategies);
  const exchange = config.exchange ?? (await exchangeOf(data));
  const registry = await loadRegistry({ userdir: places.userdir, packages: config.plugins });
  const modules = modulesOf(config, registry);
  // Names and options are checked now, so that mistakes show before data is loaded.
  await modules([]);
  const universe = config.pairlists?.length
    ? await (await import('./universe/configured-universe.ts')).configuredUniverse(config, registry, data, exchange)
    : null;
  const pairs = universe?.pairs ?? config.pairs ?? (await defaultPairs(data, exchange, notes.length > 0));
  return {
    strategies,
    data,
    exchange,
    pairs,
    ...(universe && { universe }),
    ...(config.timeframe && { timeframe: config.timeframe }),
    ...(config.detailTimeframe && { detailTimeframe: config.detailTimeframe }),
    ...(config.timerange && parseTimerange(config.timerange)),
    fills: config.fills,
    stakeCurrency: config.stakeCurrency,
    startingBalance: config.startingBalance,
    stakeAmount: config.stakeAmount,
    tradableBalanceRatio: config.tradableBalanceRatio,
    maxOpenTrades: config.maxOpenTrades,
    ...(config.netting && { netting: true }),
    ...(config.fee !== undefined && { fee: config.fee }),
    ...(config.specs && { specs: await givenSpecs(config.specs) }),
    costs: costsOf(config.costs),
    ...(config.assumeFunding !== undefined && { assumeFunding: config.assumeFunding }),
    liquidationBuffer: config.liquidationBuffer,
    enableProtections: config.enableProtections,
    stakeSizes: config.sizing === undefined,
    modules,
    usedCode: () => registry.usedCode,
    learning: learningServices(registry, places.userdir, config.plugins),
    notes: [...notes, ...origins],
    ...behind,
    settings: {
      attributes: strategies.map((s) => s.tuned?.attributes ?? {}),
      ...(Object.keys(tuned).length > 0 && { options: tuned }),
      costs: config.costs,
      sizing: config.sizing ?? null,
      risk: config.risk,
      execution: config.execution ?? null,
      override: config.override ?? null,
      ...(universe && { pairlists: { chain: config.pairlists, lists: universe.lists } }),
      ...(config.train && { train: config.train }),
      ...(config.pipeline && { pipeline: config.pipeline }),
    },
  };
}

/**
 * What makes the modules of each run: sizing and risk from the configuration, a strategy's protections as risk modules, execution from either.
 */
export function modulesOf(config: Config, registry: Registry): NonNullable<BacktestOptions['modules']> {
  return async (strategies) => {
    const protections = config.enableProtections
      ? strategies.flatMap(({ name, strategy }) =>
          strategy.protections.map((spec, k) => ({
            spec,
            where: `${name}.protections[${k}]`,
            timeframe: strategy.timeframe,
          })),
        )
      : [];
    const risk = await Promise.all([
      ...config.risk.map((choice, k) => registry.create('risk', choice, `risk[${k}]`)),
      ...protections.map(async ({ spec, where, timeframe }) => {
        const { plugin } = await registry.find('risk', spec.name, where);
        return registry.create('risk', 'timeframe' in plugin.options.shape ? { timeframe, ...spec } : spec, where);
      }),
    ]);
    return {
      ...(config.sizing && { sizing: await registry.create('sizing', config.sizing, 'sizing') }),
      risk,
      execution: await executionModules(registry, config.execution, strategies),
    };
  };
}

/** A strategy whose protections, execution and train blocks have tuned options, and defaults where something is left to be tuned. */
export function withTunedModules(
  source: StrategySource,
  options: Readonly<Record<string, unknown>>,
  used?: Set<string>,
): StrategySource {
  const settle = (strategy: Strategy) => {
    const { protections, execution, learned } = strategy;
    const written = { protections, learned, ...(execution && { execution }) };
    const { learned: blocks, ...modules } = withOptions(written, options, used);
    // The strategy holds the references that train() gave it: they stay, their settings change.
    for (const [name, { settings }] of Object.entries(blocks)) Object.assign(learned[name]!, { settings });
    return Object.assign(strategy, modules);
  };
  if (used && Object.keys(options).length > 0)
    settle(source.create(source.parameters ? { parameters: source.parameters } : {}));
  return {
    ...source,
    create: (context) => settle(source.create(context)),
    asWritten: source.asWritten ?? source.create,
  };
}

function refuseUnused(tuned: Readonly<Record<string, unknown>>, used: ReadonlySet<string>): void {
  for (const path of Object.keys(tuned))
    if (!used.has(path))
      throw new TidegateError('PARAM_UNKNOWN', `the parameter file sets ${path}, but no such module is configured`, {
        remedy: 'Use the configuration that the search ran with, or remove the option from the parameter file.',
      });
}

/** What train blocks and stored models are made with. A worker trains in its own thread: there are as many of them as cores. */
/** What a run with these modules and this user's folders learns with. */
export function learningServices(registry: Registry, userdir: string, packages: readonly string[]): LearningServices {
  return {
    registry,
    async stored(reference) {
      const { modelFolder } = await import('./learning/model-folder.ts');
      return modelFolder(userdir).get(reference).model;
    },
    // Asked for only where something is learned: the module of threads takes a while to load.
    get jobs() {
      return process.getBuiltinModule('node:worker_threads').isMainThread ? availableParallelism() : 1;
    },
    userdir,
    packages,
    cacheFolder: join(userdir, 'cache', 'trainings'),
  };
}

/** Where tuned parameters come from. */
function tunedNote({ name, tuned }: StrategySource): string[] {
  if (!tuned) return [];
  const { file, study, trials } = tuned;
  const behind = trials
    ? `, the best of ${trials.count} trials: in the period they were tuned on${until(trials)}, results flatter`
    : '';
  return [`${name} runs with the parameters in ${basename(file)}${study ? ` of study "${study}"` : ''}${behind}`];
}

function until({ tunedUntil }: TrialsBehind): string {
  return tunedUntil === undefined ? '' : `, until ${dateTime(tunedUntil)}`;
}

/** The most trials behind any of the strategies, for the deflated Sharpe ratio, and the latest time that any was tuned on. */
function trialsBehind(strategies: readonly StrategySource[]): Pick<BacktestOptions, 'trials'> {
  const [most] = strategies
    .flatMap(({ tuned }) => (tuned?.trials ? [tuned.trials] : []))
    .sort((a, b) => b.count - a.count);
  if (!most) return {};
  const ends = strategies.flatMap(({ tuned }) => tuned?.trials?.tunedUntil ?? []);
  return { trials: { ...most, ...(ends.length > 0 && { tunedUntil: Math.max(...ends) }) } };
}

/** Costs of the honest profile from their settings. */
export function costsOf(costs: Config['costs']): CostOptions {
  const models = costs.slippage.map((s): SlippageModel => {
    if (s.model === 'fixed') return fixedSlippage(s);
    if (s.model === 'volatility') return volatilitySlippage(s);
    return volumeShareSlippage(s);
  });
  return {
    latencyMs: costs.latencyMs,
    spreadBps: costs.spreadBps,
    quotedSpread: costs.quotedSpread,
    slippage: models.length > 0 ? totalSlippage(models) : fixedSlippage({ bps: 0 }),
    volumeShare: costs.volumeShare,
    roiRests: costs.roi === 'rest',
    rollover: costs.rollover,
    ...(costs.feeAsset !== undefined && { feeAsset: costs.feeAsset }),
  };
}

async function overridden(source: StrategySource, config: Config): Promise<StrategySource> {
  const { override, train, pipeline } = config;
  if (!override && !train && !pipeline) return source;
  const { PipelineStrategy } = await import('../strategy/pipeline/pipeline-strategy.ts');
  return {
    ...source,
    create: (context) => {
      const strategy = source.create({ ...context, ...(train && { train }), ...(pipeline && { pipeline }) });
      if (pipeline && !(strategy instanceof PipelineStrategy))
        throw new TidegateError('CONFIG_VALUE', `${source.name} is no pipeline`, {
          where: 'pipeline',
          remedy: 'Use PipelineStrategy, or leave the section out.',
        });
      for (const block of Object.keys(train ?? {}))
        if (!(block in strategy.learned))
          throw new TidegateError('CONFIG_VALUE', `${source.name} has no train block "${block}"`, {
            where: `train.${block}`,
            remedy:
              didYouMean(block, Object.keys(strategy.learned)) || 'Strategies declare them with this.train({ … }).',
          });
      return Object.assign(strategy, override) as Strategy;
    },
  };
}

/** Stored data, or before there is any a synthetic market, said so in the notes: a first strategy runs without a download. */
async function marketOf(
  places: Places,
  strategies: readonly StrategySource[],
): Promise<{ data: MarketData; notes: readonly string[] }> {
  try {
    return { data: await openData(places.dataFolder), notes: [] };
  } catch (error) {
    const isEmpty = error instanceof TidegateError && ['DATA_FOLDER_MISSING', 'DATA_FOLDER_EMPTY'].includes(error.code);
    if (!isEmpty || !places.isDefaultFolder) throw error;
    const { synthMarket } = await import('../data/synth/synth-market.ts');
    const data = withDerivedTimeframes(
      synthMarket({
        seed: 7,
        pairs: ['BTC/USDT', 'ETH/USDT', 'BTC/USDT:USDT', 'ETH/USDT:USDT', 'EUR/USD'],
        from: Date.UTC(2024, 0, 1),
        // What learns needs half a year before its first trade.
        days: strategies.some(hasTrainBlocks) ? 360 : 180,
        tickMinutes: 0,
      }),
    );
    return {
      data,
      notes: [
        `${places.dataFolder} holds no market data yet: this ran on a SYNTHETIC market. "tidegate download --help" gets real candles`,
      ],
    };
  }
}

function hasTrainBlocks({ create, parameters }: StrategySource): boolean {
  try {
    return Object.keys(create(parameters ? { parameters } : {}).learned).length > 0;
  } catch {
    // It throws again where it is made in earnest.
    return false;
  }
}

/** The exchange when none is named: Binance where it is stored (or the files do not say), else the only one. */
export async function exchangeOf(data: MarketData): Promise<string> {
  const stored = [...new Set((await data.list()).map((s) => s.exchange))];
  if (stored.length === 0 || stored.includes('binance')) return 'binance';
  if (stored.length === 1) return stored[0]!;
  throw new TidegateError('CONFIG_VALUE', 'no exchange was given', {
    where: data.root,
    remedy: `Use --exchange; stored are ${stored.join(', ')}.`,
  });
}

/** Without pairs in the configuration: the only pair stored (the first of a synthetic market), else an error that lists them. */
async function defaultPairs(data: MarketData, exchange: string, isStandIn: boolean): Promise<readonly string[]> {
  const stored = [
    ...new Set((await data.list()).filter((s) => s.exchange === exchange && s.type === 'candles').map((s) => s.pair)),
  ];
  if (stored.length === 1) return stored;
  if (isStandIn) return ['BTC/USDT'];
  throw new TidegateError('CONFIG_VALUE', 'no pair was given', {
    where: data.root,
    remedy:
      stored.length > 0
        ? `Use --pairs; stored are ${stored.slice(0, 12).join(', ')}.`
        : 'Download or import data first: "tidegate download --help".',
  });
}
