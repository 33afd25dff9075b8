import { lowerBound } from '../domain/candles.ts';
import type { EquityCurve } from '../domain/run-result.ts';
import { timeframe } from '../domain/timeframe.ts';
import type { ClosedTrade } from '../domain/trade.ts';

/** One day, week or month of a run. `from` is its calendar start (ms UTC). */
export interface Period {
  readonly from: number;
  /** Return of the account and of buy-and-hold, fractions, from the last point before to the last point within. */
  readonly accountReturn: number;
  readonly buyAndHoldReturn: number;
  /** Change of the account in stake currency, open positions included. */
  readonly change: number;
  /** Trades closed in it, and what they earned. */
  readonly trades: number;
  readonly wins: number;
  readonly profitAbs: number;
}

/**
 * A run cut into calendar days, weeks (from Monday) or months, UTC; periods without a point are left out.
 * A point at a boundary closes the period before it. One pass over curve and trades.
 */
export function periods(
  curve: EquityCurve,
  trades: readonly ClosedTrade[],
  startingBalance: number,
  length: '1d' | '1w' | '1M',
): Period[] {
  const { openOf, closeOf } = timeframe(length);
  const { time, equity, buyAndHold } = curve;
  const closed = tradesByPeriod(trades, openOf);
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
      accountReturn: equity[at]! / before - 1,
      buyAndHoldReturn: buyAndHold[at]! / heldBefore - 1,
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

function tradesByPeriod(trades: readonly ClosedTrade[], openOf: (time: number) => number) {
  const out = new Map<number, { trades: number; wins: number; profitAbs: number }>();
  for (const trade of trades) {
    const from = openOf(trade.closeTime - 0.5);
    const own = out.get(from) ?? { trades: 0, wins: 0, profitAbs: 0 };
    own.trades++;
    if (trade.profitAbs > 0) own.wins++;
    own.profitAbs += trade.profitAbs;
    out.set(from, own);
  }
  return out;
}
