import { tradeMeasures } from '../../metrics/trade-measures.ts';
import { boundedRatio, drawdownOf, NO_TRADES_LOSS, type ObjectiveInput, totalProfit } from './objective-input.ts';

/** Minus the profit as a share of the starting balance. */
export function onlyProfitLoss(run: ObjectiveInput): number {
  return run.trades.length === 0 ? NO_TRADES_LOSS : -totalProfit(run) / run.startingBalance;
}

/** Minus profit over the largest fall in money, of the account (Freqtrade's: of closed trades only, which hides open losses). */
export function maxDrawdownLoss(run: ObjectiveInput): number {
  return run.trades.length === 0 ? NO_TRADES_LOSS : -boundedRatio(totalProfit(run), drawdownOf(run).money);
}

/** Minus profit share over the deepest relative drawdown; a loss is multiplied instead, so that a deeper drawdown is never better. */
export function maxDrawdownRelativeLoss(run: ObjectiveInput): number {
  if (run.trades.length === 0) return NO_TRADES_LOSS;
  const profit = totalProfit(run) / run.startingBalance;
  const { fraction } = drawdownOf(run);
  return profit > 0 ? -boundedRatio(profit, fraction) : -profit * (1 + fraction);
}

/**
 * Profit over drawdown of the worst pair, drawdown from the pair's closed trades; below 1 it costs 20 more, so that no pair is given up.
 */
export function maxDrawdownPerPairLoss(run: ObjectiveInput): number {
  if (run.trades.length === 0) return NO_TRADES_LOSS;
  const pairs = new Map<string, { profit: number; peak: number; fall: number }>();
  for (const trade of [...run.trades].sort((a, b) => a.closeTime - b.closeTime)) {
    const pair = pairs.get(trade.pair) ?? { profit: 0, peak: 0, fall: 0 };
    pair.profit += trade.profitAbs;
    pair.peak = Math.max(pair.peak, pair.profit);
    pair.fall = Math.max(pair.fall, pair.peak - pair.profit);
    pairs.set(trade.pair, pair);
  }
  const scores = [...pairs.values()].map(({ profit, fall }) => {
    const ratio = boundedRatio(profit, fall);
    return ratio < 1 ? ratio - 20 : ratio;
  });
  return -Math.min(...scores);
}

const DRAWDOWN_WEIGHT = 1 - 0.075;

/** Minus profit less its share of the drawdown; a losing run's loss grows with its drawdown (Freqtrade's shrinks: a sign slip). */
export function profitDrawdownLoss(run: ObjectiveInput): number {
  if (run.trades.length === 0) return NO_TRADES_LOSS;
  const profit = totalProfit(run) / run.startingBalance;
  return -(profit - drawdownOf(run).fraction * Math.abs(profit) * DRAWDOWN_WEIGHT);
}

/**
 * Profit after drawdown, weighted by profit factor, expectancy ratio, win rate and, below 50 trades, their number. The weights are positive
 * logarithms; a losing run is divided by them, so that they never reward a loss.
 */
export function multiMetricLoss(run: ObjectiveInput): number {
  const count = run.trades.length;
  if (count === 0) return NO_TRADES_LOSS;
  const measures = tradeMeasures(run.trades.map((t) => t.profitAbs));
  const profit = totalProfit(run) / run.startingBalance;
  const afterDrawdown = profit - drawdownOf(run).fraction * Math.abs(profit) * (1 - 0.055);
  const profitFactor = boundedRatio(measures.grossProfit, -measures.grossLoss);
  const expectancy = Number.isNaN(measures.expectancyRatio)
    ? measures.losses > 0
      ? -1
      : 10
    : measures.expectancyRatio;
  const weight =
    Math.log(1 + Math.max(profitFactor, 0.05)) *
    Math.log(2 + Math.max(-0.95, Math.min(10, expectancy))) *
    Math.log(1.2 + measures.winRate) *
    (count < 50 ? Math.max(0.1, count / 50) : 1);
  return afterDrawdown > 0 ? -afterDrawdown * weight : -afterDrawdown / Math.max(weight, 0.01);
}

/**
 * Freqtrade's first loss: many short trades with profit. 600 trades, three times the stake in summed profit ratios and under 300 minutes
 * are what it asks for.
 */
export function shortTradeDurationLoss(run: ObjectiveInput): number {
  const count = run.trades.length;
  if (count === 0) return NO_TRADES_LOSS;
  let ratios = 0;
  let minutes = 0;
  for (const t of run.trades) {
    ratios += t.profitRatio;
    minutes += (t.closeTime - t.openTime) / 60_000 / count;
  }
  const tradeLoss = 1 - 0.25 * Math.exp(-((count - 600) ** 2) / 10 ** 5.8);
  return tradeLoss + Math.max(0, 1 - ratios / 3) + 0.4 * Math.min(minutes / 300, 1);
}
