import type { CandleTable } from '../../core/domain/candles.ts';
import { candlesFrom } from '../../core/domain/candles.ts';
import type { InstrumentSpec } from '../../core/domain/instrument.ts';
import { backtest } from '../../core/runtime/backtest.ts';
import type { FreqtradeRunOutcome } from '../../core/runtime/freqtrade-run.ts';
import { installHooks } from '../../core/runtime/user-code.ts';
import type { SignalRow } from '../../core/strategy/signal-rows.ts';
import type {
  CallbackContext,
  OrderContext,
  PositionContext,
  Strategy,
  StrategyContext,
} from '../../core/strategy/strategy.ts';
import { type MemoryPair, memoryMarket } from '../fixtures/memory-market.ts';
import { NO_COSTS } from './backtests-through-strategies.ts';
import {
  type Comparison,
  candleOf,
  compareScenario,
  fundingOf,
  limitsOf,
  type Scenario,
  type ScenarioSettings,
} from './scenarios.ts';

type SignalFileClass = new (context?: StrategyContext) => Strategy & { signalRows(): readonly SignalRow[] };

const KIND = { spot: 'spot', 'margin-no-interest': 'forex', 'futures-isolated': 'perpetual' } as const;

/** Runs a scenario as a user would: the built-in SignalFile, with the callbacks that the scenario's settings describe, through `backtest()`. */
export async function runScenarioThroughBacktest(scenario: Scenario): Promise<Comparison> {
  // The strategy imports 'tidegate', as users' files do.
  installHooks();
  const { default: SignalFile } = (await import('../../strategies/signal-file.ts')) as { default: SignalFileClass };
  const { settings } = scenario;
  const candles = candlesFrom(scenario.candles.map(candleOf));
  const pair = settings.market === 'futures-isolated' ? 'PAIR/USDT:USDT' : 'PAIR/USDT';
  const spec = specOf(pair, settings);
  const { outcome } = await backtest({
    strategies: [{ name: 'scenario', create: () => strategyOf(SignalFile, scenario, candles), codeHash: '' }],
    data: memoryMarket({ [pair]: marketOf(scenario, candles, spec) }),
    exchange: 'test',
    pairs: [pair],
    timeframe: settings.timeframe,
    fills: 'freqtrade',
    stakeCurrency: 'USDT',
    startingBalance: settings.startingBalance,
    stakeAmount: settings.stakeAmount,
    tradableBalanceRatio: 1,
    maxOpenTrades: settings.maxOpenTrades < 0 ? Number.POSITIVE_INFINITY : settings.maxOpenTrades,
    fee: settings.fee,
    costs: NO_COSTS,
    liquidationBuffer: settings.futures?.liquidationBuffer ?? 0,
    enableProtections: false,
    // The scenario states its tick: given for this run, so that it is not derived from the candles.
    specs: { [pair]: spec },
  });
  const run = outcome as FreqtradeRunOutcome;
  return compareScenario(scenario, run.closed, run.counts, run.finalBalance);
}

function strategyOf(SignalFile: SignalFileClass, scenario: Scenario, candles: CandleTable): Strategy {
  const { settings } = scenario;
  const { customStoploss, customEntryPrice, customExitPrice, adjustEntryPrice, positionAdjustment } = settings;
  const strategy = Object.assign(new SignalFile(), {
    signalRows: () => rowsOf(scenario, candles),
    canShort: settings.canShort,
    stoploss: settings.stoploss,
    minimalRoi: settings.roi,
    trailingStop: settings.trailingStop,
    trailingStopPositive: settings.trailingStopPositive,
    trailingStopPositiveOffset: settings.trailingStopPositiveOffset,
    trailingOnlyOffsetIsReached: settings.trailingOnlyOffsetIsReached,
    useExitSignal: settings.useExitSignal,
    exitProfitOnly: settings.exitProfitOnly,
    exitProfitOffset: settings.exitProfitOffset,
    ignoreRoiIfEntrySignal: settings.ignoreRoiIfEntrySignal,
    unfilledTimeout: settings.unfilledTimeoutMinutes,
    leverage: () => settings.leverage,
    adjustOrder: ({ isEntry }: OrderContext) => (isEntry ? (adjustEntryPrice ?? 'cancel') : 'keep'),
    ...(customStoploss && {
      customStop: ({ profit }: PositionContext) =>
        customStoploss.fromProfit === undefined || profit >= customStoploss.fromProfit ? customStoploss.value : null,
    }),
    ...(customEntryPrice !== null && { entryPrice: (_: CallbackContext) => customEntryPrice }),
    ...(customExitPrice !== null && { exitPrice: (_: CallbackContext) => customExitPrice }),
    ...(positionAdjustment && {
      adjustPosition: ({ position, profit }: PositionContext) => {
        const { maxAdds, addBelowProfit, addStake, maxReduces, reduceAboveProfit, reduceFraction } = positionAdjustment;
        if (position.entries <= maxAdds && profit < addBelowProfit) return addStake;
        if (position.exits < maxReduces && profit > reduceAboveProfit) return -reduceFraction * position.stake;
        return null;
      },
    }),
  });
  return strategy as unknown as Strategy;
}

function rowsOf(scenario: Scenario, candles: CandleTable): SignalRow[] {
  return scenario.signals.map((row) => ({
    time: candles.time[row.index]!,
    enterLong: row.enterLong === true,
    exitLong: row.exitLong === true,
    enterShort: row.enterShort === true,
    exitShort: row.exitShort === true,
    ...(row.enterTag !== undefined && { entryTag: row.enterTag }),
  }));
}

function marketOf(scenario: Scenario, candles: CandleTable, spec: InstrumentSpec): MemoryPair {
  const { settings } = scenario;
  const base = { spec, candles: { [settings.timeframe]: candles } };
  const given = fundingOf(scenario);
  if ('funding' in given) return { ...base, funding: given.funding, mark: { '1h': given.mark } };
  const none = new Float64Array(0);
  return settings.market === 'futures-isolated'
    ? { ...base, funding: { length: 0, time: none, values: { rate: none } }, mark: { '1h': candlesFrom([]) } }
    : base;
}

function specOf(pair: string, settings: ScenarioSettings): InstrumentSpec {
  const { priceTick, amountStep, minAmount, minCost, tiers = [] } = limitsOf(settings);
  return {
    exchange: 'test',
    pair,
    kind: KIND[settings.market],
    base: 'PAIR',
    quote: 'USDT',
    settle: 'USDT',
    validFrom: 0,
    status: 'trading',
    priceTick,
    amountStep,
    minAmount,
    minCost,
    contractSize: 1,
    makerFee: settings.fee,
    takerFee: settings.fee,
    maxLeverage: settings.market === 'spot' ? 1 : 1000,
    tiers,
    fundingIntervalHours: settings.market === 'futures-isolated' ? 8 : 0,
  };
}
