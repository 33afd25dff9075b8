import { join } from 'node:path';
import { type CandleTable, lowerBound, sliceCandles } from '../../core/domain/candles.ts';
import { timeframe } from '../../core/domain/timeframe.ts';
import { fillGaps } from '../../core/engine/fills/freqtrade/gaps.ts';
import type {
  FreqtradeClosedTrade,
  FreqtradeLock,
  FreqtradeOutcome,
  FreqtradePair,
  FreqtradeSettings,
  PairLimits,
} from '../../core/engine/fills/freqtrade/ports.ts';
import { freqtradeProfile } from '../../core/engine/fills/freqtrade/profile.ts';
import { TidegateError } from '../../core/foundation/errors.ts';
import { freqtradeMetrics } from '../../core/metrics/freqtrade-metrics.ts';
import { type ReferenceStrategy, referenceStrategies } from './freqtrade/reference-strategies.ts';
import { readCandles, readFunding } from './freqtrade/shared-candles.ts';
import { compareTrades, type FieldRule, mismatches, money } from './freqtrade/trade-comparison.ts';
import type { Comparison } from './scenarios.ts';

/** One golden backtest: what was run and what came out. */
export interface BacktestFile {
  readonly name: string;
  readonly strategy: string;
  readonly market: 'spot' | 'futures-isolated';
  readonly dataFiles: readonly string[];
  readonly pairs: readonly string[];
  readonly timeframe: string;
  readonly timeframeDetail: string | null;
  readonly timerange: string | null;
  readonly settings: {
    readonly maxOpenTrades: number;
    readonly stakeAmount: number | 'unlimited';
    readonly startingBalance: number;
    readonly tradableBalanceRatio: number;
    readonly fee: number;
    readonly enableProtections: boolean;
    readonly unfilledTimeoutMinutes: { readonly entry: number; readonly exit: number };
    readonly startupCandles: number;
    readonly liquidationBuffer: number | null;
  };
  readonly markets: Readonly<
    Record<string, PairLimits & { readonly leverageTiers?: NonNullable<PairLimits['tiers']> }>
  >;
  /** Under Freqtrade's names; null where it has no number. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly locks: readonly {
    readonly pair: string;
    readonly until: number;
    readonly from_: number;
    readonly reason: string;
  }[];
  readonly trades: readonly Readonly<Record<string, unknown>>[];
}

/** Runs a golden backtest from the candles below `dataRoot` and compares trades, orders, locks, counts and metrics with the file's. */
export function runBacktestFile(file: BacktestFile, dataRoot: string): Comparison {
  const strategy = referenceStrategies[file.strategy];
  if (!strategy)
    throw new TidegateError('VECTOR_STRATEGY', `"${file.strategy}" is not a reference strategy`, { where: file.name });
  const trades: FreqtradeClosedTrade[] = [];
  const locks: FreqtradeLock[] = [];
  const pairs = file.pairs.map((pair) => loadPair(file, pair, dataRoot, strategy));
  const profile = freqtradeProfile({
    pairs,
    settings: settingsOf(file, strategy),
    ...(strategy.callbacks && { callbacks: strategy.callbacks }),
    sink: { closed: (trade) => trades.push(trade), lock: (lock) => locks.push(lock) },
  });
  const { from, to } = profile.start();
  const frame = timeframe(file.timeframe);
  for (let time = from; time <= to; time += frame.ms) profile.step(time);
  const outcome = profile.finish();
  const candles = pairs.map((pair) => pair.candles);
  return compareBacktest(file, trades, locks, outcome, { from: from - frame.ms, to, candles });
}

/** Compares a run's trades, orders, locks, counts and metrics with a file's. `span`: first and last candle, ms UTC, and the candles of each pair. */
export function compareBacktest(
  file: BacktestFile,
  trades: readonly FreqtradeClosedTrade[],
  locks: readonly FreqtradeLock[],
  outcome: Pick<FreqtradeOutcome, 'finalBalance' | 'counts'>,
  span: { readonly from: number; readonly to: number; readonly candles: readonly CandleTable[] },
): Comparison {
  const computed = {
    trades: trades.map((trade) => tradeOf(trade, file)),
    locks: locks.map(({ pair, from, until, reason }) => ({ pair, side: '*', until, from_: from, reason })),
    metrics: {
      ...freqtradeMetrics(trades, {
        ...file.settings,
        finalBalance: outcome.finalBalance,
        firstCandle: span.from,
        lastCandle: span.to,
        maxOpenTrades: file.settings.maxOpenTrades < 0 ? Number.POSITIVE_INFINITY : file.settings.maxOpenTrades,
        candles: span.candles,
      }),
      rejected_signals: outcome.counts.rejectedSignals,
      timedout_entry_orders: outcome.counts.timedOutEntryOrders,
      timedout_exit_orders: outcome.counts.timedOutExitOrders,
      canceled_trade_entries: outcome.counts.canceledTradeEntries,
      canceled_entry_orders: outcome.counts.canceledEntryOrders,
      replaced_entry_orders: outcome.counts.replacedEntryOrders,
    },
  };
  const found = mismatches();
  compareTrades(found, computed.trades, file.trades, RULES);
  compareTrades(found, computed.locks, file.locks, RULES);
  const metrics: Readonly<Record<string, number>> = computed.metrics;
  for (const [name, value] of Object.entries(file.metrics)) {
    const got = metrics[name];
    money(found, `metrics.${name}`, Number.isNaN(got) ? null : got, value);
  }
  return { computed, passed: found.list.length === 0, mismatches: found.list };
}

const RULES: Readonly<Record<string, FieldRule>> = {
  profitRatio: 'money',
  profitAbs: 'money',
  fundingFees: 'money',
  fundingFee: 'money',
  stakeAmount: 'money',
  maxStakeAmount: 'money',
  feeOpenCost: 'money',
  feeCloseCost: 'money',
};

function tradeOf(trade: FreqtradeClosedTrade, file: BacktestFile) {
  const { fee } = file.settings;
  return {
    id: trade.id,
    pair: trade.pair,
    side: trade.side,
    enterTag: trade.entryTag,
    exitReason: trade.exitReason,
    openTime: trade.openTime,
    closeTime: trade.closeTime,
    openRate: trade.openRate,
    closeRate: trade.closeRate,
    amount: trade.amount,
    stakeAmount: trade.stake,
    maxStakeAmount: trade.maxStake,
    leverage: trade.leverage,
    feeOpenRate: fee,
    feeCloseRate: fee,
    feeOpenCost: trade.entryFees,
    feeCloseCost: trade.exitFees,
    fundingFees: trade.funding,
    profitAbs: trade.profitAbs,
    profitRatio: trade.profitRatio,
    initialStopLoss: trade.initialStop,
    stopLoss: trade.lastStop,
    liquidationPrice: file.market === 'spot' ? null : trade.liquidationPrice,
    minRate: trade.minRate,
    maxRate: trade.maxRate,
    priceTick: trade.priceTick,
    amountStep: file.markets[trade.pair]?.amountStep,
    orders: trade.orders.map(({ side, time, price, amount, tag, funding }) => ({
      side,
      time,
      price,
      amount,
      tag,
      fundingFee: funding,
    })),
  };
}

function settingsOf(file: BacktestFile, strategy: ReferenceStrategy): FreqtradeSettings {
  const { settings } = file;
  return {
    strategy: file.strategy,
    timeframe: file.timeframe,
    ...(file.timeframeDetail && { detailTimeframe: file.timeframeDetail }),
    market: file.market === 'spot' ? 'spot' : 'futures',
    canShort: false,
    stoploss: -1,
    roi: {},
    trailingStop: false,
    trailingStopPositive: null,
    trailingStopPositiveOffset: 0,
    trailingOnlyOffsetIsReached: false,
    useExitSignal: true,
    exitProfitOnly: false,
    exitProfitOffset: 0,
    ignoreRoiIfEntrySignal: false,
    unfilledTimeout: settings.unfilledTimeoutMinutes,
    maxOpenTrades: settings.maxOpenTrades < 0 ? Number.POSITIVE_INFINITY : settings.maxOpenTrades,
    stakeAmount: settings.stakeAmount,
    startingBalance: settings.startingBalance,
    tradableBalanceRatio: settings.tradableBalanceRatio,
    fee: settings.fee,
    liquidationBuffer: settings.liquidationBuffer ?? 0,
    ...(settings.enableProtections && strategy.protections && { protections: strategy.protections }),
    ...strategy.settings,
  };
}

function loadPair(file: BacktestFile, pair: string, dataRoot: string, strategy: ReferenceStrategy): FreqtradePair {
  const market = file.markets[pair];
  const stem = pair.replace(/[/:]/g, '_');
  const pathOf = (kind: string) => {
    const found = file.dataFiles.find((path) => path.includes(`/${stem}-`) && path.endsWith(`-${kind}.csv.gz`));
    return found && join(dataRoot, found);
  };
  const main = pathOf(file.timeframe);
  if (!market || !main) throw new TidegateError('VECTOR_DATA', `no candles or market of ${pair}`, { where: file.name });
  const { startupCandles } = file.settings;
  const candles = loadCandles(main, file.timeframe, file.timerange, startupCandles);
  const detail = file.timeframeDetail && pathOf(file.timeframeDetail);
  const funding = pathOf('funding');
  const mark = file.dataFiles.find((path) => path.includes(`/${stem}-`) && path.endsWith('-mark.csv.gz'));
  return {
    pair,
    candles,
    startup: startupCandles,
    ...strategy.signals(candles),
    ...(detail && { detail: loadCandles(detail, file.timeframeDetail, file.timerange, 0) }),
    ...(funding && mark && { funding: readFunding(funding), mark: readCandles(join(dataRoot, mark)) }),
    limits: {
      priceTick: market.priceTick,
      amountStep: market.amountStep,
      minAmount: market.minAmount,
      minCost: market.minCost,
      ...(market.leverageTiers && { tiers: market.leverageTiers }),
    },
  };
}

/** Candles without gaps from `startup` candles before a timerange `A-B` to B, ends included. */
function loadCandles(path: string, frame: string, timerange: string | null, startup: number): CandleTable {
  const { ms } = timeframe(frame);
  const all = fillGaps(readCandles(path), ms);
  if (!timerange) return all;
  const [from, to] = boundsOf(timerange);
  return sliceCandles(
    all,
    lowerBound(all.time, from - startup * ms, 0, all.length),
    lowerBound(all.time, to + 1, 0, all.length),
  );
}

/** Both bounds of a timerange, open where it has none. */
export function boundsOf(timerange: string | null): readonly [from: number, to: number] {
  return (timerange ?? '-').split('-').map(boundOf) as [number, number];
}

/** A bound of a timerange as ms UTC: `20210101`, or Unix time in seconds or ms; an empty one is open. */
function boundOf(text: string, end: number): number {
  if (!text) return end === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (text.length === 13) return Number(text);
  if (text.length === 10) return Number(text) * 1000;
  return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8)));
}
