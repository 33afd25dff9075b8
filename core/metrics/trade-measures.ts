import type { ClosedTrade } from '../domain/trade.ts';
import { ratio } from './moments.ts';
import { sqn } from './sqn.ts';

/** Numbers of trades as columns, in their order: what many passes read of them. Money in stake currency. */
export interface TradeColumns {
  readonly profits: Float64Array;
  readonly ratios: Float64Array;
  /** ms from first entry to last exit. */
  readonly holding: Float64Array;
  readonly fees: Float64Array;
  readonly funding: Float64Array;
  /** Notional of all fills. */
  readonly notionals: Float64Array;
}

/** One pass over the objects in place of twenty: they lie all over the memory. */
export function tradeColumns(trades: readonly ClosedTrade[]): TradeColumns {
  const column = () => new Float64Array(trades.length);
  const [profits, ratios, holding, fees, funding, notionals] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  for (let i = 0; i < trades.length; i++) {
    const trade = trades[i]!;
    profits[i] = trade.profitAbs;
    ratios[i] = trade.profitRatio;
    holding[i] = trade.closeTime - trade.openTime;
    fees[i] = trade.fees;
    funding[i] = trade.funding;
    notionals[i] = tradedNotional(trade);
  }
  return { profits, ratios, holding, fees, funding, notionals };
}

/** Notional of all fills of a trade: entry and exit where it lists no orders. */
function tradedNotional(trade: ClosedTrade): number {
  if (trade.orders.length === 0) return trade.amount * (trade.openRate + trade.closeRate);
  let sum = 0;
  for (const order of trade.orders) sum += order.amount * order.price;
  return sum;
}

/** Measures of a list of trade profits, in the order of closing. Money in stake currency. */
export interface TradeMeasures {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly breakeven: number;
  /** Wins over all trades. */
  readonly winRate: number;
  readonly grossProfit: number;
  /** Zero or negative. */
  readonly grossLoss: number;
  readonly netProfit: number;
  /** Gross profit over gross loss; NaN without losses. */
  readonly profitFactor: number;
  /** Mean profit of a trade. */
  readonly expectancy: number;
  /** (1 + payoff ratio) · win rate - 1: expected profit per unit of average loss. */
  readonly expectancyRatio: number;
  readonly averageWin: number;
  readonly averageLoss: number;
  /** Average win over average loss. */
  readonly payoffRatio: number;
  readonly maxConsecutiveWins: number;
  readonly maxConsecutiveLosses: number;
  readonly largestWin: number;
  readonly largestLoss: number;
  readonly sqn: number;
  /** The same with at most 100 trades in the root. */
  readonly sqnCapped: number;
  /** Kelly fraction: win rate - (1 - win rate) / payoff ratio. */
  readonly kelly: number;
}

/** Trade measures from profits (stake currency, closing order). A trade that earns exactly 0 is neither win nor loss and ends both streaks. O(n) */
export function tradeMeasures(profits: ArrayLike<number>): TradeMeasures {
  const trades = profits.length;
  let wins = 0;
  let losses = 0;
  let grossProfit = 0;
  let grossLoss = 0;
  let winStreak = 0;
  let lossStreak = 0;
  let maxConsecutiveWins = 0;
  let maxConsecutiveLosses = 0;
  let largestWin = 0;
  let largestLoss = 0;
  for (let i = 0; i < trades; i++) {
    const profit = profits[i]!;
    winStreak = profit > 0 ? winStreak + 1 : 0;
    lossStreak = profit < 0 ? lossStreak + 1 : 0;
    if (winStreak > maxConsecutiveWins) maxConsecutiveWins = winStreak;
    if (lossStreak > maxConsecutiveLosses) maxConsecutiveLosses = lossStreak;
    if (profit > 0) {
      wins++;
      grossProfit += profit;
      if (profit > largestWin) largestWin = profit;
    } else if (profit < 0) {
      losses++;
      grossLoss += profit;
      if (profit < largestLoss) largestLoss = profit;
    }
  }
  const winRate = ratio(wins, trades);
  const averageWin = ratio(grossProfit, wins);
  const averageLoss = ratio(grossLoss, losses);
  const payoffRatio = ratio(averageWin, -averageLoss);
  return {
    trades,
    wins,
    losses,
    breakeven: trades - wins - losses,
    winRate,
    grossProfit,
    grossLoss,
    netProfit: grossProfit + grossLoss,
    profitFactor: ratio(grossProfit, -grossLoss),
    expectancy: ratio(grossProfit + grossLoss, trades),
    expectancyRatio: (1 + payoffRatio) * winRate - 1,
    averageWin,
    averageLoss,
    payoffRatio,
    maxConsecutiveWins,
    maxConsecutiveLosses,
    largestWin: wins > 0 ? largestWin : Number.NaN,
    largestLoss: losses > 0 ? largestLoss : Number.NaN,
    sqn: sqn(profits),
    sqnCapped: sqn(profits, 100),
    kelly: winRate - ratio(1 - winRate, payoffRatio),
  };
}
