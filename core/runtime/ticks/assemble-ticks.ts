import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { parseTimerange } from '../../config/timerange.ts';
import { openCatalogue } from '../../data/catalogue/catalogue.ts';
import { tickKeys } from '../../data/ticks/tick-store.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { MarketData, TimeRange } from '../../ports/market-data.ts';
import { configuredStrategies, learningServices, modulesOf } from '../assemble.ts';
import type { BacktestOptions, StrategySource } from '../backtest-options.ts';
import { loadRegistry } from '../load-registry.ts';
import type { TradeSettings } from '../trade/trade-settings.ts';
import { exchangeData } from '../universe/exchange-data.ts';
import type { PaperOptions } from './paper-ticks.ts';
import { referenceParts } from './reference-parts.ts';
import type { ReplayCode } from './replay-ticks.ts';
import { readRecording } from './session-recording.ts';
import type { TickMarketOptions, TickRunOptions } from './tick-options.ts';
import { findTicks, firstTick } from './tick-source.ts';

/** Where a run's files are. */
interface Places {
  readonly userdir: string;
  readonly dataFolder: string;
}

/**
 * A run on ticks from a configuration: strategies found, stored ticks and specifications looked up, modules made.
 * @param range in place of the configuration's
 * @throws TidegateError for anything in it that is missing or wrong
 */
export async function assembleTicks(
  config: Config,
  places: Places,
  range: TimeRange = config.timerange ? parseTimerange(config.timerange) : {},
): Promise<TickRunOptions> {
  const data = await openCatalogue(places.dataFolder);
  const { exchange, pairs } = await marketsOf(config, data);
  const firsts = await Promise.all(pairs.map((pair) => firstTick(data, { exchange, pair }, range)));
  const firstMs = Math.min(...firsts.filter((first) => !Number.isNaN(first)));
  const originMs = Number.isFinite(firstMs) ? Math.floor(firstMs) - 1000 : undefined;
  const markets: TickMarketOptions[] = [];
  const hashes: string[] = [];
  const notes: string[] = [];
  for (const pair of pairs) {
    const ticks = await findTicks(data, { exchange, pair }, range, originMs);
    const { spec, assumed } = await data.specAt(exchange, pair, ticks.originMs);
    const merged = await referenceParts(data, { exchange, pair }, ticks, range, spec.kind);
    hashes.push(ticks.hash, merged.hash);
    notes.push(...merged.notes);
    markets.push({
      pair,
      spec: config.fee === undefined ? spec : { ...spec, makerFee: config.fee, takerFee: config.fee },
      specAssumed: assumed,
      grid: ticks.grid,
      parts: merged.parts,
    });
  }
  const { notes: origins, ...shared } = await sharedOptions(config, places);
  return {
    ...shared,
    exchange,
    markets,
    originMs: originMs!,
    firstMs,
    data,
    settings: { ...settingsOf(config, shared.strategies), ticks: hashes },
    dataKind: exchange === 'synthetic' ? 'synthetic' : 'real',
    notes: [...origins, ...notes],
  };
}

/**
 * What a dry-run on live books takes from a configuration; markets and exchange come from the exchange.
 * @throws TidegateError for anything in it that is missing or wrong
 */
export async function assemblePaper(
  config: Config,
  places: Places,
): Promise<Omit<PaperOptions, 'markets' | 'exchange' | 'startMs'>> {
  const data = await openCatalogue(places.dataFolder);
  const shared = await sharedOptions(config, places);
  return { ...shared, data, settings: settingsOf(config, shared.strategies) };
}

/**
 * The same for a session of `tidegate trade`, with the strategies that its plan found; candles that lead in are asked of the exchange.
 * @throws TidegateError for anything in it that is missing or wrong
 */
export async function assembleTickTrade(
  config: Config,
  { strategies, pairs }: Pick<BacktestOptions, 'strategies' | 'pairs'>,
  { capital }: Pick<TradeSettings, 'capital'>,
  exchange: ExchangePort,
  userdir: string,
) {
  const { startingBalance, ...shared } = await sharedOptions(config, { userdir });
  return {
    options: {
      ...shared,
      strategies,
      startingBalance: Math.min(capital ?? startingBalance, startingBalance),
      data: exchangeData(exchange, () => exchange.now()),
      settings: settingsOf(config, strategies),
    },
    pairs,
    ...(config.fee !== undefined && { fee: config.fee }),
    ...(config.ticks.recordMb > 0 && {
      recording: { folder: join(userdir, 'recordings'), most: config.ticks.recordMb * 1e6 },
    }),
  };
}

/**
 * The code that a recorded session is replayed with: strategies as configured, else those that it ran.
 * @throws TidegateError RECORDING_FILE, and for anything in the configuration that is missing or wrong
 */
export async function assembleReplay(config: Config, places: Places, file: string): Promise<ReplayCode> {
  const strategy = config.strategy ?? readRecording(file).start.code.map(([name]) => name);
  const { strategies, modules, registry, learning } = await sharedOptions({ ...config, strategy }, places);
  return { strategies, modules, registry, learning };
}

function settingsOf(config: Config, strategies: readonly StrategySource[]): Readonly<Record<string, unknown>> {
  const { sizing = null, risk, execution = null, enableProtections, override, train, pipeline } = config;
  const tuned = strategies.map(({ tuned }) => ({ attributes: tuned?.attributes ?? {}, options: tuned?.options ?? {} }));
  const isTuned = tuned.some((of) => Object.values(of).some((values) => Object.keys(values).length > 0));
  return {
    ...{ sizing, risk, execution },
    ...(!enableProtections && { enableProtections }),
    ...(override && { override }),
    ...(train && { train }),
    ...(pipeline && { pipeline }),
    ...(isTuned && { tuned }),
  };
}

async function sharedOptions(given: Config, places: Pick<Places, 'userdir'>) {
  const { strategies, config, notes, behind } = await configuredStrategies(given, places.userdir);
  if ((config.costs.feeAsset ?? 'quote') !== 'quote')
    throw new TidegateError('CONFIG_VALUE', 'runs on ticks pay fees in the quote only', {
      where: 'costs.feeAsset',
      remedy: 'Leave out costs.feeAsset, and give the discounted rate with --fee.',
    });
  if (config.netting)
    throw new TidegateError('CONFIG_VALUE', 'on ticks a pair belongs to one strategy at a time', {
      where: 'netting',
      remedy: 'Leave out netting; each strategy may be given pairs of its own.',
    });
  const registry = await loadRegistry({ userdir: places.userdir, packages: config.plugins });
  const { sampleMs, recordMb: _recordMb, ...venue } = config.ticks;
  const { orderToTradeRatio, ...limits } = venue.limits;
  return {
    strategies,
    venue: { ...venue, limits: { ...limits, ...(orderToTradeRatio !== undefined && { orderToTradeRatio }) } },
    stakeCurrency: config.stakeCurrency,
    startingBalance: config.startingBalance,
    stakeAmount: config.stakeAmount,
    tradableBalanceRatio: config.tradableBalanceRatio,
    maxOpenTrades: config.maxOpenTrades,
    modules: modulesOf(config, registry),
    registry,
    learning: learningServices(registry, places.userdir, config.plugins),
    ...(config.timeframe && { timeframe: config.timeframe }),
    sampleMs,
    notes,
    ...behind,
  };
}

/** Pairs and exchange: as configured, else the only pair with stored ticks. */
async function marketsOf(
  config: Config,
  data: MarketData,
): Promise<{ readonly exchange: string; readonly pairs: readonly string[] }> {
  const stored = await tickKeys(data.root);
  const pairs = config.pairs ?? [...new Set(stored.map((key) => key.pair))];
  if (config.pairs === undefined && pairs.length !== 1)
    throw new TidegateError('CONFIG_VALUE', 'no pair was given', {
      where: data.root,
      remedy:
        stored.length > 0
          ? `Use --pairs; stored are ${stored.map((k) => k.pair).join(', ')}.`
          : 'Run "tidegate ticks import" first.',
    });
  const exchange =
    config.exchange ??
    stored.find((key) => key.pair === pairs[0])?.exchange ??
    (await data.list()).find((s) => s.pair === pairs[0])?.exchange ??
    'binance';
  return { exchange, pairs };
}
