import { lowerBound, nextAtLeast } from '../domain/candles.ts';
import type { EquityCurve } from '../domain/run-result.ts';
import { timeframe } from '../domain/timeframe.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { returnOn } from './daily.ts';

/** One day, week or month of a run. `from` is its calendar start (ms UTC). */
export interface Period {
  readonly from: number;
  /** Return of the account and of buy-and-hold, fractions, from the last point before to the last point within. */
  readonly accountReturn: number;
  readonly buyAndHoldReturn: number;
  /** Change of the account in stake currency, open positions included. */
  readonly change: number;
  /** Trades closed in it, or at its very beginning, and what they earned. */
  readonly trades: number;
  readonly wins: number;
  readonly profitAbs: number;
}

/**
 * A run cut into calendar days, weeks (from Monday) or months, UTC; periods without a point are left out.
 * A point at a boundary closes the period before it. One pass over curve and trades, which are given in closing order.
 */
export function periods(
  curve: EquityCurve,
  trades: readonly ClosedTrade[],
  startingBalance: number,
  length: '1d' | '1w' | '1M',
): Period[] {
  const { openOf, closeOf } = timeframe(length);
  const { time, equity, buyAndHold } = curve;
  const closed = tradesByPeriod(time.length > 0 ? trades : [], time, openOf);
  const out: Period[] = [];
  let before = startingBalance;
  let heldBefore = startingBalance;
  let at = 0;
  while (at < time.length) {
    // Half a millisecond to and fro: the point at a candle's close belongs to that candle's period.
    const from = openOf(time[at]! - 0.5);
    const end = closeOf(from);
    at = Math.max(at, lowerBound(time, end + 0.5, at) - 1);
    const own = closed.get(from);
    out.push({
      from,
      accountReturn: returnOn(equity[at]!, before),
      buyAndHoldReturn: returnOn(buyAndHold[at]!, heldBefore),
      change: equity[at]! - before,
      trades: own?.trades ?? 0,
      wins: own?.wins ?? 0,
      profitAbs: own?.profitAbs ?? 0,
    });
    before = equity[at]!;
    heldBefore = buyAndHold[at]!;
    at++;
  }
  return out;
}

/** A trade counts where the curve shows what it earned: in the period of the first point after it, or of the last point. Trades in closing order. */
function tradesByPeriod(trades: readonly ClosedTrade[], time: Float64Array, openOf: (time: number) => number) {
  const out = new Map<number, { trades: number; wins: number; profitAbs: number }>();
  let at = 0;
  for (const trade of trades) {
    at = Math.min(time.length - 1, nextAtLeast(time, trade.closeTime + 0.5, at));
    const from = openOf(time[at]! - 0.5);
    const own = out.get(from) ?? { trades: 0, wins: 0, profitAbs: 0 };
    own.trades++;
    if (trade.profitAbs > 0) own.wins++;
    own.profitAbs += trade.profitAbs;
    out.set(from, own);
  }
  return out;
}
