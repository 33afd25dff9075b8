import type { Config } from '../config/schema.ts';
import { parseTimerange } from '../config/timerange.ts';
import { openData } from '../data/open-data.ts';
import {
  fixedSlippage,
  type SlippageModel,
  totalSlippage,
  volatilitySlippage,
  volumeShareSlippage,
} from '../engine/fills/slippage.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Strategy } from '../strategy/strategy.ts';
import type { BacktestOptions, CostOptions, StrategySource } from './backtest-options.ts';
import { findStrategy } from './find-strategy.ts';
import { loadRegistry } from './load-registry.ts';

/** Where a run's files are. */
export interface Places {
  readonly userdir: string;
  readonly dataFolder: string;
}

/**
 * A backtest from a configuration: strategies found and overridden, data opened, modules made.
 * @throws TidegateError for anything in it that is missing or wrong
 */
export async function assembleBacktest(config: Config, places: Places, opened?: MarketData): Promise<BacktestOptions> {
  const names =
    config.strategy === undefined ? [] : Array.isArray(config.strategy) ? config.strategy : [config.strategy];
  if (names.length === 0)
    throw new TidegateError('CONFIG_VALUE', 'no strategy was given', {
      remedy: 'Use --strategy NAME; "tidegate list strategies" shows them.',
    });
  const strategies = await Promise.all(
    names.map(async (name) => overridden(await findStrategy(name, places.userdir, config.parameters), config)),
  );
  const data = opened ?? (await openData(places.dataFolder));
  const registry = await loadRegistry({ userdir: places.userdir, packages: config.plugins });
  const pairs = config.pairs ?? (await onlyPairs(data, config.exchange));
  return {
    strategies,
    data,
    exchange: config.exchange,
    pairs,
    ...(config.timeframe && { timeframe: config.timeframe }),
    ...(config.detailTimeframe && { detailTimeframe: config.detailTimeframe }),
    ...(config.timerange && parseTimerange(config.timerange)),
    fills: config.fills,
    stakeCurrency: config.stakeCurrency,
    startingBalance: config.startingBalance,
    stakeAmount: config.stakeAmount,
    tradableBalanceRatio: config.tradableBalanceRatio,
    maxOpenTrades: config.maxOpenTrades,
    ...(config.fee !== undefined && { fee: config.fee }),
    costs: costsOf(config.costs),
    ...(config.assumeFunding !== undefined && { assumeFunding: config.assumeFunding }),
    liquidationBuffer: config.liquidationBuffer,
    enableProtections: config.enableProtections,
    ...(config.sizing && { sizing: await registry.create('sizing', config.sizing, 'sizing') }),
    risk: await Promise.all(config.risk.map((choice, k) => registry.create('risk', choice, `risk[${k}]`))),
    settings: {
      costs: config.costs,
      sizing: config.sizing ?? null,
      risk: config.risk,
      override: config.override ?? null,
    },
  };
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
    slippage: models.length > 0 ? totalSlippage(models) : fixedSlippage({ bps: 0 }),
    volumeShare: costs.volumeShare,
    roiRests: costs.roi === 'rest',
  };
}

function overridden(source: StrategySource, config: Config): StrategySource {
  const { override } = config;
  if (!override) return source;
  return {
    ...source,
    create: (context) => {
      const strategy = source.create(context);
      return Object.assign(strategy, override) as Strategy;
    },
  };
}

/** Without pairs in the configuration: the only pair stored, else an error that lists them. */
async function onlyPairs(data: MarketData, exchange: string): Promise<readonly string[]> {
  const stored = [
    ...new Set((await data.list()).filter((s) => s.exchange === exchange && s.type === 'candles').map((s) => s.pair)),
  ];
  if (stored.length === 1) return stored;
  throw new TidegateError('CONFIG_VALUE', 'no pair was given', {
    where: data.root,
    remedy:
      stored.length > 0
        ? `Use --pairs; stored are ${stored.slice(0, 12).join(', ')}.`
        : 'Download or import data first: "tidegate download --help".',
  });
}
