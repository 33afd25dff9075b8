import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CandleTable } from '../../../core/domain/candles.ts';
import { timeframe } from '../../../core/domain/timeframe.ts';
import { fixedSlippage } from '../../../core/engine/fills/slippage.ts';
import { freqtradeMetrics } from '../../../core/metrics/freqtrade-metrics.ts';
import { backtest } from '../../../core/runtime/backtest.ts';
import type { FreqtradeRunOutcome } from '../../../core/runtime/freqtrade-run.ts';
import { memoryMarket } from '../../fixtures/memory-market.ts';
import type { DrawnCase } from './case.ts';
import type { DrawnMarket } from './market.ts';
import { drawnStrategy } from './strategy.ts';

/** A market with the cases that are run on it. */
export interface Batch {
  readonly market: DrawnMarket;
  readonly cases: readonly DrawnCase[];
}

/** What a run gave, in the order that both engines can be brought into. Money in stake currency, times ms UTC. */
export interface RunRows {
  readonly trades: readonly Readonly<Record<string, unknown>>[];
  readonly locks: readonly Readonly<Record<string, unknown>>[];
  readonly counts: Readonly<Record<string, number>>;
  readonly finalBalance: number;
  /** Figures of Freqtrade's report, by its names. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

const rowsOf = ({ length, time, open, high, low, close, volume }: CandleTable) =>
  Array.from({ length }, (_, i) => [time[i]!, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!]);

/** Runs all cases through Freqtrade, in one process. @throws Error with what it wrote where it did not get to the end */
export function runTheirs(python: string, batches: readonly Batch[]): RunRows[] {
  const folder = mkdtempSync(join(tmpdir(), 'freqtrade-'));
  const given = batches.map(({ market, cases }) => ({
    cases,
    pairs: Object.fromEntries(
      Object.entries(market).map(([pair, { spec, candles, mark, funding }]) => [
        pair,
        {
          spec,
          candles: Object.fromEntries(Object.entries(candles).map(([frame, table]) => [frame, rowsOf(table)])),
          ...(mark && { mark: rowsOf(mark['1h']!) }),
          ...(funding && { funding: Array.from(funding.time, (time, k) => [time, funding.values.rate![k]]) }),
        },
      ]),
    ),
  }));
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(given));
  const script = fileURLToPath(new URL('run-freqtrade.py', import.meta.url));
  const { stdout, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  rmSync(folder, { recursive: true });
  const lines = stdout.split('\n').filter((line) => line.startsWith('CASE '));
  const wanted = batches.reduce((sum, { cases }) => sum + cases.length, 0);
  if (lines.length !== wanted)
    throw new Error(`Freqtrade ended after ${lines.length} of ${wanted}: ${stderr.slice(-3000)}`);
  return lines.map((line) => {
    const answer = JSON.parse(line.slice('CASE '.length)) as RunRows | { readonly error: string };
    if ('error' in answer) throw new Error(`Freqtrade: ${answer.error}`);
    return answer;
  });
}

/** Runs a case as a user would, with `--fills freqtrade`. */
export async function runOurs(market: DrawnMarket, of: DrawnCase): Promise<RunRows> {
  const { attributes: a, table } = of;
  const attributes = {
    canShort: table.pairs[0]!.includes(':'),
    startupCandles: of.startup,
    stoploss: a.stoploss,
    minimalRoi: a.minimal_roi,
    trailingStop: a.trailing_stop,
    trailingStopPositive: a.trailing_stop_positive,
    trailingStopPositiveOffset: a.trailing_stop_positive_offset,
    trailingOnlyOffsetIsReached: a.trailing_only_offset_is_reached,
    useExitSignal: a.use_exit_signal,
    exitProfitOnly: a.exit_profit_only,
    exitProfitOffset: a.exit_profit_offset,
    ignoreRoiIfEntrySignal: a.ignore_roi_if_entry_signal,
    unfilledTimeout: of.unfilledTimeout,
    maxEntryPositionAdjustment: of.maxEntryPositionAdjustment,
    protections: of.protections.map(protectionOf),
  };
  const { outcome } = await backtest({
    strategies: [{ name: 'Drawn', create: () => drawnStrategy(table, attributes), codeHash: '' }],
    data: memoryMarket(market),
    exchange: 'test',
    pairs: table.pairs,
    timeframe: of.timeframe,
    ...(of.detail && { detailTimeframe: of.detail }),
    ...(of.range && { from: of.range[0], to: of.range[1] }),
    fills: 'freqtrade',
    stakeCurrency: 'USDT',
    startingBalance: of.startingBalance,
    stakeAmount: of.stakeAmount,
    tradableBalanceRatio: of.tradableBalanceRatio,
    maxOpenTrades: of.maxOpenTrades < 0 ? Number.POSITIVE_INFINITY : of.maxOpenTrades,
    fee: of.fee,
    costs: { latencyMs: 0, spreadBps: 0, slippage: fixedSlippage({ bps: 0 }), volumeShare: 1, roiRests: true },
    liquidationBuffer: of.liquidationBuffer,
    enableProtections: true,
  });
  const { closed, locks, counts, finalBalance, from, to, candles } = outcome as FreqtradeRunOutcome;
  const { onCandleCalls: _, ...counted } = counts;
  return {
    trades: closed.map((t) => ({
      pair: t.pair,
      side: t.side,
      openTime: t.openTime,
      closeTime: t.closeTime,
      openRate: t.openRate,
      closeRate: t.closeRate,
      amount: t.amount,
      stake: t.stake,
      maxStake: t.maxStake,
      leverage: t.leverage,
      entryTag: t.entryTag,
      exitReason: t.exitReason,
      profitAbs: t.profitAbs,
      profitRatio: t.profitRatio,
      funding: t.funding,
      initialStop: t.initialStop,
      lastStop: t.lastStop,
      minRate: t.minRate,
      maxRate: t.maxRate,
      orders: t.orders.map(({ side, price, amount, time, tag }) => [side, price, amount, time, tag]),
    })),
    locks: locks.map(({ pair, until, reason }) => ({ pair, until, reason })),
    counts: counted,
    finalBalance,
    metrics: freqtradeMetrics(closed, {
      startingBalance: of.startingBalance,
      finalBalance,
      firstCandle: from - timeframe(of.timeframe).ms,
      lastCandle: to,
      fee: of.fee,
      maxOpenTrades: of.maxOpenTrades < 0 ? Number.POSITIVE_INFINITY : of.maxOpenTrades,
      candles,
    }),
  };
}

const NAMES: Readonly<Record<string, string>> = {
  CooldownPeriod: 'cooldown',
  StoplossGuard: 'stoploss-guard',
  LowProfitPairs: 'low-profit-pairs',
  MaxDrawdown: 'max-drawdown',
  stop_duration_candles: 'durationCandles',
  stop_duration: 'durationMinutes',
  lookback_period_candles: 'lookbackCandles',
  lookback_period: 'lookbackMinutes',
  trade_limit: 'tradeLimit',
  only_per_pair: 'onlyPerPair',
  required_profit: 'requiredProfit',
  max_allowed_drawdown: 'maxDrawdown',
  calculation_mode: 'calculation',
};

function protectionOf({ method, ...options }: Readonly<Record<string, unknown>>) {
  const named = Object.entries(options).map(([name, value]) => [NAMES[name]!, value]);
  return { name: NAMES[method as string]!, ...Object.fromEntries(named) };
}
