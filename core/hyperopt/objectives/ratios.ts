import { moments } from '../../metrics/moments.ts';
import { downsideRisk } from '../../metrics/sortino.ts';
import {
  boundedRatio,
  DAYS_PER_YEAR,
  dailyReturns,
  drawdownOf,
  NO_TRADES_LOSS,
  type ObjectiveInput,
} from './objective-input.ts';

/** Minus the annual Sharpe ratio of the account's daily returns (Freqtrade's divides by the spread of trades, idle days left out). */
export function sharpeLoss(run: ObjectiveInput): number {
  if (run.trades.length === 0) return NO_TRADES_LOSS;
  const { mean, sampleDeviation } = moments(dailyReturns(run));
  return -boundedRatio(mean * Math.sqrt(DAYS_PER_YEAR), sampleDeviation);
}

/** Minus the annual Sortino ratio of the account's daily returns: downside risk over all days (Freqtrade's: spread of losing trades about their mean). */
export function sortinoLoss(run: ObjectiveInput): number {
  if (run.trades.length === 0) return NO_TRADES_LOSS;
  const returns = dailyReturns(run);
  const { mean } = moments(returns);
  return -boundedRatio(mean * DAYS_PER_YEAR, downsideRisk(returns, { periodsPerYear: DAYS_PER_YEAR }));
}

/** Minus the Calmar ratio: annual growth over the account's deepest drawdown (Freqtrade's scales by the root of a year and a factor of 100). */
export function calmarLoss(run: ObjectiveInput): number {
  if (run.trades.length === 0) return NO_TRADES_LOSS;
  const days = Math.max(1, dailyReturns(run).length);
  const growth = (run.equity.equity.at(-1) ?? run.startingBalance) / run.startingBalance;
  const annual = Math.max(growth, 0) ** (DAYS_PER_YEAR / days) - 1;
  return -boundedRatio(annual, drawdownOf(run).fraction);
}
