import type { ClosedTrade } from '../domain/trade.ts';
import { ratio, total } from './moments.ts';
import { type TradeColumns, tradeMeasures } from './trade-measures.ts';

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

/** Trades grouped by a key, in order of first appearance. Give them in closing order, and their columns. */
export function groupTrades(
  trades: readonly ClosedTrade[],
  columns: TradeColumns,
  keyOf: (trade: ClosedTrade) => string,
  startingBalance: number,
): TradeGroup[] {
  const groups = new Map<string, number>();
  const group = new Uint32Array(trades.length);
  const counts: number[] = [];
  for (let i = 0; i < trades.length; i++) {
    const key = keyOf(trades[i]!);
    let own = groups.get(key);
    if (own === undefined) {
      own = groups.size;
      groups.set(key, own);
      counts.push(0);
    }
    group[i] = own;
    counts[own]!++;
  }
  const members = counts.map((count) => new Uint32Array(count));
  counts.fill(0);
  for (let i = 0; i < group.length; i++) members[group[i]!]![counts[group[i]!]!++] = i;
  return [...groups].map(([key, own]) => measureGroup(key, members[own]!, columns, startingBalance));
}

/** Measures of one group, given by the rows of its trades. */
function measureGroup(key: string, rows: Uint32Array, columns: TradeColumns, startingBalance: number): TradeGroup {
  const profits = at(columns.profits, rows);
  const { wins, losses, winRate, netProfit, profitFactor, expectancy } = tradeMeasures(profits);
  const count = rows.length;
  let best = Number.NaN;
  let worst = Number.NaN;
  for (let i = 0; i < count; i++) {
    const profit = profits[i]!;
    if (!(profit <= best)) best = profit;
    if (!(profit >= worst)) worst = profit;
  }
  return {
    key,
    trades: count,
    wins,
    losses,
    winRate,
    profitAbs: netProfit,
    profitShare: ratio(netProfit, startingBalance),
    averageProfitRatio: ratio(total(at(columns.ratios, rows)), count),
    profitFactor,
    expectancy,
    averageHoldingMs: ratio(total(at(columns.holding, rows)), count),
    fees: total(at(columns.fees, rows)),
    funding: total(at(columns.funding, rows)),
    best,
    worst,
  };
}

function at(column: Float64Array, rows: Uint32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = column[rows[i]!]!;
  return out;
}
