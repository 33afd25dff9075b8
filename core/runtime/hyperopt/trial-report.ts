import type { RunResult } from '../../domain/run-result.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ObjectiveInput } from '../../hyperopt/index.ts';
import { daily } from '../../metrics/daily.ts';
import { maxDrawdown } from '../../metrics/max-drawdown.ts';
import { sharpePerPeriod } from '../../metrics/probabilistic-sharpe.ts';
import type { RunOutcome } from '../run-outcome.ts';

/** What is kept of a trial beside its value: enough to judge the search by. */
export interface TrialMetrics {
  readonly trades: number;
  readonly wins: number;
  /** Fraction of the starting balance. */
  readonly profit: number;
  /** Positive fraction of the peak before it. */
  readonly drawdown: number;
  /** Of daily returns; null without movement. */
  readonly sharpePerDay: number | null;
  readonly days: number;
  /** Longest time that a trade was held. */
  readonly longestHoldMs: number;
  /** Daily returns as base64 of little-endian Float32; absent where they would take too much room. */
  readonly returns?: string;
}

/** What the objectives need of a trade, read from columns. */
type LightTrade = ObjectiveInput['trades'][number];

/** A run as objectives see it; trades are made when they are asked for. */
export function objectiveInput(outcome: RunOutcome, pairs: readonly string[], startingBalance: number): ObjectiveInput {
  const { time, value } = outcome.equity;
  let trades: readonly LightTrade[] | undefined;
  return {
    equity: { time, equity: value },
    startingBalance,
    get trades() {
      trades ??= outcome.engine ? lightTrades(outcome.engine, pairs) : outcome.trades;
      return trades;
    },
  };
}

function lightTrades(engine: Engine, pairs: readonly string[]): LightTrade[] {
  const { trades } = engine.logs;
  const column = (name: 'slot' | 'openedAt' | 'closedAt' | 'profitAbs' | 'profitRatio') => trades.column(name);
  const [slot, opened, closed, profitAbs, profitRatio] = [
    column('slot'),
    column('openedAt'),
    column('closedAt'),
    column('profitAbs'),
    column('profitRatio'),
  ];
  return Array.from({ length: trades.length }, (_, k) => ({
    pair: pairs[slot![k]!]!,
    openTime: engine.clock.toMs(opened![k]!),
    closeTime: engine.clock.toMs(closed![k]!),
    profitAbs: profitAbs![k]!,
    profitRatio: profitRatio![k]!,
  }));
}

/** A whole result for objective modules, without hashes and market; its costly parts are made when they are asked for. */
export function lazyResult(outcome: RunOutcome, inputs: RunResult['inputs']): RunResult {
  const { time, value } = outcome.equity;
  const none = new Float64Array(time.length);
  return {
    hash: '',
    inputHash: '',
    inputs,
    get trades() {
      return outcome.trades;
    },
    equity: { time, equity: value, buyAndHold: none, exposure: none },
    finalBalance: outcome.finalBalance,
    rejected: outcome.rejected,
    counts: outcome.counts,
    trials: { count: 1, sharpeVariance: 0 },
    market: new Map(),
  };
}

export function trialMetrics(run: ObjectiveInput, keepsReturns: boolean): TrialMetrics {
  const { time, equity } = run.equity;
  const { returns } = daily(time, equity, run.startingBalance);
  const sharpe = sharpePerPeriod(returns);
  let wins = 0;
  let longestHoldMs = 0;
  for (const { profitAbs, openTime, closeTime } of run.trades) {
    if (profitAbs > 0) wins++;
    longestHoldMs = Math.max(longestHoldMs, closeTime - openTime);
  }
  return {
    trades: run.trades.length,
    wins,
    profit: (equity.at(-1) ?? run.startingBalance) / run.startingBalance - 1,
    drawdown: -maxDrawdown(equity, run.startingBalance),
    sharpePerDay: Number.isFinite(sharpe) ? sharpe : null,
    days: returns.length,
    longestHoldMs,
    ...(keepsReturns && { returns: Buffer.from(Float32Array.from(returns).buffer).toString('base64') }),
  };
}

/** The returns that `trialMetrics` kept; undefined where it kept none. */
export function returnsOfTrial(attrs: Readonly<Record<string, unknown>>): Float32Array | undefined {
  if (typeof attrs.returns !== 'string') return undefined;
  const bytes = Buffer.from(attrs.returns, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
