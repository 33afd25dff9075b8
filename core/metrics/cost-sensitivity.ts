import { ratio, total } from './moments.ts';
import type { TradeColumns } from './trade-measures.ts';

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
  trades: Pick<TradeColumns, 'profits' | 'fees' | 'notionals'>,
  startingBalance: number,
  { feeMultiples = [0, 1, 2, 3], slippageBps = [0, 1, 2, 5, 10] } = {},
): CostSensitivity {
  const cases: CostCase[] = [];
  for (const multiple of feeMultiples)
    for (const bps of slippageBps) cases.push(reprice(trades, startingBalance, multiple, bps));
  const profit = total(trades.profits);
  const fees = total(trades.fees);
  const volume = total(trades.notionals);
  return {
    cases,
    breakEvenBps: ratio(profit, volume) * 10_000,
    feeShare: profit + fees > 0 ? fees / (profit + fees) : Number.NaN,
  };
}

function reprice(
  { profits, fees, notionals }: Pick<TradeColumns, 'profits' | 'fees' | 'notionals'>,
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
