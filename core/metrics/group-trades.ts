import type { ClosedTrade } from '../domain/trade.ts';
import { ratio } from './moments.ts';
import { tradeMeasures } from './trade-measures.ts';

/** Measures of the trades that share a key. Money in stake currency; ratios as fractions. */
export interface TradeGroup {
  readonly key: string;
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly winRate: number;
  readonly profitAbs: number;
  /** Profit over the starting balance. */
  readonly profitShare: number;
  /** Mean profit of a trade over its stake, leverage included. */
  readonly averageProfitRatio: number;
  readonly profitFactor: number;
  readonly expectancy: number;
  readonly averageHoldingMs: number;
  readonly fees: number;
  readonly funding: number;
  readonly best: number;
  readonly worst: number;
}

/** Trades grouped by a key, in order of first appearance. Give them in closing order. */
export function groupTrades(
  trades: readonly ClosedTrade[],
  keyOf: (trade: ClosedTrade) => string,
  startingBalance: number,
): TradeGroup[] {
  const groups = new Map<string, ClosedTrade[]>();
  for (const trade of trades) {
    const key = keyOf(trade);
    const group = groups.get(key);
    if (group) group.push(trade);
    else groups.set(key, [trade]);
  }
  return [...groups].map(([key, members]) => measureGroup(key, members, startingBalance));
}

/** Measures of one group of trades. */
function measureGroup(key: string, trades: readonly ClosedTrade[], startingBalance: number): TradeGroup {
  const measures = tradeMeasures(trades.map((t) => t.profitAbs));
  let ratios = 0;
  let holding = 0;
  let fees = 0;
  let funding = 0;
  let best = Number.NaN;
  let worst = Number.NaN;
  for (const trade of trades) {
    ratios += trade.profitRatio;
    holding += trade.closeTime - trade.openTime;
    fees += trade.fees;
    funding += trade.funding;
    if (!(trade.profitAbs <= best)) best = trade.profitAbs;
    if (!(trade.profitAbs >= worst)) worst = trade.profitAbs;
  }
  const { wins, losses, winRate, netProfit, profitFactor, expectancy } = measures;
  const count = trades.length;
  return {
    key,
    trades: count,
    wins,
    losses,
    winRate,
    profitAbs: netProfit,
    profitShare: ratio(netProfit, startingBalance),
    averageProfitRatio: ratio(ratios, count),
    profitFactor,
    expectancy,
    averageHoldingMs: ratio(holding, count),
    fees,
    funding,
    best,
    worst,
  };
}
