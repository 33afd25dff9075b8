import { join } from 'node:path';
import type { CandleTable } from '../../core/domain/candles.ts';
import type { InstrumentSpec } from '../../core/domain/instrument.ts';
import { timeframe } from '../../core/domain/timeframe.ts';
import { fixedSlippage } from '../../core/engine/fills/slippage.ts';
import { TidegateError } from '../../core/foundation/errors.ts';
import { backtest } from '../../core/runtime/backtest.ts';
import type { FreqtradeRunOutcome } from '../../core/runtime/freqtrade-run.ts';
import { installHooks } from '../../core/runtime/user-code.ts';
import type { Strategy, StrategyContext } from '../../core/strategy/strategy.ts';
import { type MemoryPair, memoryMarket } from '../fixtures/memory-market.ts';
import { type BacktestFile, boundsOf, compareBacktest } from './backtests.ts';
import { readCandles, readFunding } from './freqtrade/shared-candles.ts';
import type { Comparison } from './scenarios.ts';

type StrategyClass = new (context?: StrategyContext) => Strategy;

/** The costs of the honest profile, of which the freqtrade profile takes none. */
export const NO_COSTS = {
  latencyMs: 0,
  spreadBps: 0,
  slippage: fixedSlippage({ bps: 0 }),
  volumeShare: 1,
  roiRests: true,
};

/** Runs a golden backtest as a user would: a strategy class with library features through `backtest()`, over the candles below `dataRoot`. */
export async function runBacktestFileThroughStrategies(file: BacktestFile, dataRoot: string): Promise<Comparison> {
  const Made = (await strategyClasses())[file.strategy];
  if (!Made)
    throw new TidegateError('VECTOR_STRATEGY', `"${file.strategy}" is not a reference strategy`, { where: file.name });
  const { settings } = file;
  const [from, to] = boundsOf(file.timerange);
  const create = (context: StrategyContext) =>
    Object.assign(new Made(context), {
      startupCandles: settings.startupCandles,
      unfilledTimeout: settings.unfilledTimeoutMinutes,
    });
  const { outcome } = await backtest({
    strategies: [{ name: file.strategy, create, codeHash: '' }],
    data: memoryMarket(Object.fromEntries(file.pairs.map((pair) => [pair, pairOf(file, pair, dataRoot)]))),
    exchange: 'test',
    pairs: file.pairs,
    timeframe: file.timeframe,
    ...(file.timeframeDetail && { detailTimeframe: file.timeframeDetail }),
    ...(Number.isFinite(from) && { from }),
    ...(Number.isFinite(to) && { to }),
    fills: 'freqtrade',
    stakeCurrency: 'USDT',
    startingBalance: settings.startingBalance,
    stakeAmount: settings.stakeAmount,
    tradableBalanceRatio: settings.tradableBalanceRatio,
    maxOpenTrades: settings.maxOpenTrades < 0 ? Number.POSITIVE_INFINITY : settings.maxOpenTrades,
    fee: settings.fee,
    costs: NO_COSTS,
    liquidationBuffer: settings.liquidationBuffer ?? 0,
    enableProtections: settings.enableProtections,
  });
  const run = outcome as FreqtradeRunOutcome;
  const span = { from: run.from - timeframe(file.timeframe).ms, to: run.to, candles: run.candles };
  return compareBacktest(
    file,
    run.closed,
    run.locks,
    { finalBalance: run.finalBalance, counts: run.counts as never },
    span,
  );
}

async function strategyClasses(): Promise<Readonly<Record<string, StrategyClass>>> {
  // The fixtures import 'tidegate', as users' files do.
  installHooks();
  const [cross, reversion, trail, breakout, dca, portfolio] = await Promise.all([
    import('../fixtures/strategies/reference/ema-cross.ts'),
    import('../fixtures/strategies/reference/rsi-reversion.ts'),
    import('../fixtures/strategies/reference/plain-trail.ts'),
    import('../fixtures/strategies/reference/breakout.ts'),
    import('../fixtures/strategies/reference/dca.ts'),
    import('../fixtures/strategies/reference/portfolio.ts'),
  ]);
  return {
    EmaCross: cross.default,
    RsiReversion: reversion.default,
    PlainTrail: trail.default,
    Dca: dca.default,
    ...breakout,
    ...portfolio,
  };
}

function pairOf(file: BacktestFile, pair: string, dataRoot: string): MemoryPair {
  const market = file.markets[pair];
  const stem = pair.replace(/[/:]/g, '_');
  const pathOf = (kind: string) => {
    const found = file.dataFiles.find((path) => path.includes(`/${stem}-`) && path.endsWith(`-${kind}.csv.gz`));
    return found && join(dataRoot, found);
  };
  const candles: Record<string, CandleTable> = {};
  for (const frame of [file.timeframe, file.timeframeDetail]) {
    const path = frame && pathOf(frame);
    if (path) candles[frame] = readCandles(path);
  }
  if (!market || !candles[file.timeframe])
    throw new TidegateError('VECTOR_DATA', `no candles or market of ${pair}`, { where: file.name });
  const markPath = file.dataFiles.find((path) => path.includes(`/${stem}-`) && path.endsWith('-mark.csv.gz'));
  const funding = pathOf('funding');
  const spec: InstrumentSpec = {
    exchange: 'test',
    pair,
    kind: file.market === 'spot' ? 'spot' : 'perpetual',
    base: pair.split('/')[0]!,
    quote: pair.split(/[/:]/)[1]!,
    settle: pair.split(/[/:]/).at(-1)!,
    validFrom: 0,
    status: 'trading',
    priceTick: market.priceTick,
    amountStep: market.amountStep,
    minAmount: market.minAmount,
    minCost: market.minCost,
    contractSize: 1,
    makerFee: file.settings.fee,
    takerFee: file.settings.fee,
    maxLeverage: market.leverageTiers?.[0]?.maxLeverage ?? 1,
    tiers: market.leverageTiers ?? [],
    fundingIntervalHours: file.market === 'spot' ? 0 : 8,
  };
  return {
    spec,
    candles,
    ...(markPath && { mark: { '8h': readCandles(join(dataRoot, markPath)) } }),
    ...(funding && { funding: readFunding(funding) }),
  };
}
