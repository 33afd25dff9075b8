import type { EquityCurve } from '../../domain/run-result.ts';
import type { ClosedTrade } from '../../domain/trade.ts';
import { daily } from '../../metrics/daily.ts';
import { maxDrawdown } from '../../metrics/max-drawdown.ts';

/** What an objective judges: a backtest's trades and its equity, money in stake currency. */
/** A finished run as objectives see it. */
export interface ObjectiveInput {
  /** Closed trades in closing order. */
  readonly trades: readonly Pick<ClosedTrade, 'pair' | 'openTime' | 'closeTime' | 'profitAbs' | 'profitRatio'>[];
  readonly equity: Pick<EquityCurve, 'time' | 'equity'>;
  readonly startingBalance: number;
}

/** A loss: less is better. Finite for every finite run. */
export type ObjectiveFunction = (run: ObjectiveInput) => number;

/** Loss of a run without trades: worse than any real one. */
export const NO_TRADES_LOSS = 100_000;
/** Size of a ratio whose denominator is zero; its sign is the numerator's. */
const UNDEFINED_RATIO = 100;
export const DAYS_PER_YEAR = 365;

/** Daily returns of the account, open positions marked to market, idle days included. */
export function dailyReturns(run: ObjectiveInput): Float64Array {
  return daily(run.equity.time, run.equity.equity, run.startingBalance).returns;
}

/** Profit of the whole run, realised or not. */
export function totalProfit(run: ObjectiveInput): number {
  return (run.equity.equity.at(-1) ?? run.startingBalance) - run.startingBalance;
}

/** Deepest fall of the account below an earlier peak, as a positive fraction and in money. */
export function drawdownOf(run: ObjectiveInput): { readonly fraction: number; readonly money: number } {
  const { equity } = run.equity;
  let peak = run.startingBalance;
  let money = 0;
  for (const value of equity) {
    if (value > peak) peak = value;
    else if (peak - value > money) money = peak - value;
  }
  return { fraction: -maxDrawdown(equity, run.startingBalance), money };
}

/** A ratio that stays finite: within ±100, and ±100 by sign where the denominator is zero. */
export function boundedRatio(numerator: number, denominator: number): number {
  if (!(denominator > 0)) return UNDEFINED_RATIO * Math.sign(numerator);
  return Math.max(-UNDEFINED_RATIO, Math.min(UNDEFINED_RATIO, numerator / denominator));
}
