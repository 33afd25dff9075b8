import type { RunResult } from '../domain/run-result.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { alphaBeta } from './alpha-beta.ts';
import { costSensitivity } from './cost-sensitivity.ts';
import { exposure, turnover } from './exposure.ts';
import { groupTrades } from './group-trades.ts';
import { holdingTimes } from './holding-times.ts';
import { moments, ratio, total } from './moments.ts';
import { periods } from './periods.ts';
import {
  deflatedSharpe,
  expectedMaxSharpe,
  minTrackRecord,
  probabilisticSharpe,
  sharpePerPeriod,
} from './probabilistic-sharpe.ts';
import type { RunHeader, RunSummary, SharpeConfidence } from './run-summary.ts';
import { type MeasuredCurve, summarizeCurve } from './summarize-curve.ts';
import { tradeColumns, tradeMeasures } from './trade-measures.ts';

const DAY_MS = 86_400_000;

/** Choices of a summary. */
export interface SummarizeOptions {
  /**
   * Days a year: 365 (the default), where days without points count as days without a return, so that accounts of crypto, of forex and of both
   * compare; or 252 or 260 trading days of markets with sessions: then days without points are left out.
   */
  readonly periodsPerYear?: number;
}

/** Everything that can be said of a run, in one pass over each of its columns: ratios, trades, groups, periods, confidence and costs. */
export function summarize(result: RunResult, { periodsPerYear = 365 }: SummarizeOptions = {}): RunSummary {
  const { inputs, equity } = result;
  const startBalance = inputs.startingBalance;
  const trades = inClosingOrder(result.trades);
  const columns = tradeColumns(trades);
  const durationMs = (equity.time.at(-1) ?? inputs.to) - inputs.from;
  const options = { startBalance, startTime: inputs.from, periodsPerYear };
  const account = summarizeCurve(equity.time, equity.equity, options);
  const held = summarizeCurve(equity.time, equity.buyAndHold, options);
  const market = alphaBeta(account.returns, held.returns, { periodsPerYear });
  const group = (keyOf: (trade: ClosedTrade) => string) => groupTrades(trades, columns, keyOf, startBalance);
  const days = durationMs / DAY_MS;
  return {
    run: header(result, days),
    account: account.summary,
    buyAndHold: held.summary,
    alpha: market.alpha,
    beta: market.beta,
    informationRatio: market.informationRatioPerPeriod * Math.sqrt(periodsPerYear),
    exposure: exposure(equity),
    turnover: turnover(columns.notionals, equity, durationMs),
    trades: tradeMeasures(columns.profits),
    tradesPerDay: ratio(trades.length, days),
    averageProfitRatio: moments(columns.ratios).mean,
    fees: total(columns.fees),
    funding: total(columns.funding),
    holding: holdingTimes(columns),
    confidence: confidence(account.returns, result.trials),
    costs: costSensitivity(columns, startBalance),
    by: {
      strategy: group((t) => t.strategy),
      pair: group((t) => t.pair),
      entryTag: group((t) => t.entryTag ?? '(none)'),
      exitReason: group((t) => t.exitReason),
      side: group((t) => t.side),
    },
    periods: {
      day: periods(equity, trades, startBalance, '1d'),
      week: periods(equity, trades, startBalance, '1w'),
      month: periods(equity, trades, startBalance, '1M'),
    },
    rejected: result.rejected,
    counts: result.counts,
    conventions: conventions(periodsPerYear, account),
  };
}

function inClosingOrder(trades: readonly ClosedTrade[]): readonly ClosedTrade[] {
  const isOrdered = trades.every((t, i) => i === 0 || trades[i - 1]!.closeTime <= t.closeTime);
  return isOrdered ? trades : trades.toSorted((a, b) => a.closeTime - b.closeTime);
}

function header({ hash, inputHash, inputs }: RunResult, days: number): RunHeader {
  const { strategies, pairs, timeframe, detailTimeframe, from, to, fills, stakeCurrency, dataKind } = inputs;
  return {
    hash,
    inputHash,
    strategies,
    pairs,
    timeframe,
    detailTimeframe,
    from,
    to,
    days,
    fills,
    stakeCurrency,
    dataKind,
  };
}

function confidence(returns: Float64Array, trials: RunResult['trials']): SharpeConfidence {
  return {
    sharpePerDay: sharpePerPeriod(returns),
    days: returns.length,
    probabilistic: probabilisticSharpe(returns),
    deflated: deflatedSharpe(returns, trials.count, trials.sharpeVariance),
    trials: trials.count,
    expectedMaxSharpePerDay: expectedMaxSharpe(trials.count, trials.sharpeVariance),
    minTrackRecordDays: minTrackRecord(returns),
  };
}

/** Closed days that are worth a word: above gaps, below the 28 % of markets that close at weekends. */
const MANY_CLOSED = 0.2;

function conventions(periodsPerYear: number, { returns, filledDays }: MeasuredCurve): string[] {
  const open = 1 - filledDays / returns.length;
  return [
    `Ratios are computed from daily returns of the account (its value at 24:00 UTC, open positions at market), annualised with ${periodsPerYear} days a year, against a risk-free return of zero.`,
    // A share s of idle days divides the mean by 1/s and the deviation by its root, as a year of s × 365 days would.
    ...(open < 1 - MANY_CLOSED
      ? [
          `Markets were closed on ${filledDays} of ${returns.length} days, which count as days without a return: annual ratios and volatility are those of ${Math.round(periodsPerYear * open)} trading days a year, VaR and other tails are of all days.`,
        ]
      : []),
    'Total return, drawdowns and their lengths use every point of the curve; CAGR uses the time that passed, a year being 365 days.',
    'Buy-and-hold is the starting balance held equally in all traded pairs over the same time.',
    'A trade with a profit of exactly zero is neither a win nor a loss. An undefined ratio, such as a profit factor without losses, is shown as a dash.',
    'Costs are varied to first order: the same trades re-priced, nothing re-run.',
  ];
}
