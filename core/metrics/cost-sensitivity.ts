import type { ClosedTrade } from '../domain/trade.ts';
import { tradedNotional } from './exposure.ts';
import { ratio } from './moments.ts';

/** The same trades at other costs. Money in stake currency. */
interface CostCase {
  /** Fees as a multiple of those paid. */
  readonly feeMultiple: number;
  /** Extra slippage per side in basis points of notional. */
  readonly slippageBps: number;
  readonly profitAbs: number;
  /** Over the starting balance. */
  readonly totalReturn: number;
  readonly winRate: number;
  readonly profitFactor: number;
}

/** What a run would have earned at other costs, to first order. */
export interface CostSensitivity {
  readonly cases: readonly CostCase[];
  /** Extra slippage per side (bps of notional) that would eat all of the profit; negative when there is none to eat. */
  readonly breakEvenBps: number;
  /** Fees paid over gross profit before fees; NaN when that is not positive. */
  readonly feeShare: number;
}

/**
 * Re-prices finished trades at 0, 1, 2 and 3 times their fees and with extra slippage on every fill. First order: the same trades at the
 * same sizes; stops, signals and compounding are not re-run, so a rate that changes which trades happen needs a new backtest.
 */
export function costSensitivity(
  trades: readonly ClosedTrade[],
  startingBalance: number,
  { feeMultiples = [0, 1, 2, 3], slippageBps = [0, 1, 2, 5, 10] } = {},
): CostSensitivity {
  const columns = columnsOf(trades);
  const cases: CostCase[] = [];
  for (const multiple of feeMultiples)
    for (const bps of slippageBps) cases.push(reprice(columns, startingBalance, multiple, bps));
  const profit = trades.reduce((sum, t) => sum + t.profitAbs, 0);
  const fees = trades.reduce((sum, t) => sum + t.fees, 0);
  const volume = columns.notionals.reduce((sum, v) => sum + v, 0);
  return {
    cases,
    breakEvenBps: ratio(profit, volume) * 10_000,
    feeShare: profit + fees > 0 ? fees / (profit + fees) : Number.NaN,
  };
}

/** What twenty passes read of each trade. */
interface Columns {
  readonly profits: Float64Array;
  readonly fees: Float64Array;
  readonly notionals: Float64Array;
}

function columnsOf(trades: readonly ClosedTrade[]): Columns {
  const made = (of: (trade: ClosedTrade) => number) => {
    const out = new Float64Array(trades.length);
    for (let i = 0; i < out.length; i++) out[i] = of(trades[i]!);
    return out;
  };
  return { profits: made((t) => t.profitAbs), fees: made((t) => t.fees), notionals: made(tradedNotional) };
}

function reprice(
  { profits, fees, notionals }: Columns,
  startingBalance: number,
  feeMultiple: number,
  slippageBps: number,
): CostCase {
  let wins = 0;
  let gross = 0;
  let loss = 0;
  for (let i = 0; i < profits.length; i++) {
    const profit = profits[i]! - fees[i]! * (feeMultiple - 1) - (notionals[i]! * slippageBps) / 10_000;
    if (profit > 0) {
      wins++;
      gross += profit;
    } else loss += profit;
  }
  return {
    feeMultiple,
    slippageBps,
    profitAbs: gross + loss,
    totalReturn: ratio(gross + loss, startingBalance),
    winRate: ratio(wins, profits.length),
    profitFactor: ratio(gross, -loss),
  };
}
