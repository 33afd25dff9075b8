import type { EquityCurve } from '../domain/run-result.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { ratio } from './moments.ts';

/** How much of the account was at work. Exposures are notional over equity (1 = the whole account, leverage counts). */
export interface Exposure {
  /** Share of points with an open position. */
  readonly timeInMarket: number;
  readonly average: number;
  readonly highest: number;
}

/** Exposure over a run. All NaN for an empty curve. */
export function exposure(curve: EquityCurve): Exposure {
  const column = curve.exposure;
  let open = 0;
  let sum = 0;
  let highest = 0;
  for (let i = 0; i < column.length; i++) {
    const size = Math.abs(column[i]!);
    if (size > 0) open++;
    if (size > highest) highest = size;
    sum += size;
  }
  const n = column.length;
  return { timeInMarket: ratio(open, n), average: ratio(sum, n), highest: n ? highest : Number.NaN };
}

/** What was traded: notional of all fills, and how often a year it turned the average equity over. */
export interface Turnover {
  readonly volume: number;
  readonly perYear: number;
}

/** Volume in stake currency and turnover a year (365 days). NaN a year below one day. */
export function turnover(trades: readonly ClosedTrade[], curve: EquityCurve, durationMs: number): Turnover {
  let volume = 0;
  for (const trade of trades) volume += tradedNotional(trade);
  let sum = 0;
  for (let i = 0; i < curve.equity.length; i++) sum += curve.equity[i]!;
  const years = durationMs / (365 * 86_400_000);
  const isLongEnough = durationMs >= 86_400_000;
  return { volume, perYear: isLongEnough ? ratio(volume, (sum / curve.equity.length) * years) : Number.NaN };
}

/** Notional of all fills of a trade: entry and exit where it lists no orders. */
export function tradedNotional(trade: ClosedTrade): number {
  if (trade.orders.length === 0) return trade.amount * (trade.openRate + trade.closeRate);
  let sum = 0;
  for (const order of trade.orders) sum += order.amount * order.price;
  return sum;
}
