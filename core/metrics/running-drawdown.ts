import { quicksortOrder } from '../foundation/quicksort-order.ts';

/** Drawdown of the running sum of closed profits, under Freqtrade's names. Money in stake currency, ratios positive. */
export interface RunningDrawdown {
  /** Largest fall in money, over the balance at the peak before it. */
  readonly max_drawdown_account: number;
  /** Largest fall relative to its peak; another fall than the one above is possible. */
  readonly max_relative_drawdown: number;
  readonly max_drawdown_abs: number;
  /** Closing times (ms UTC) of the trades at the peak and at the bottom. */
  readonly drawdown_start_ts: number;
  readonly drawdown_end_ts: number;
  readonly max_drawdown_low: number;
  readonly max_drawdown_high: number;
  /** Lowest and highest balance after a closed trade. */
  readonly csum_min: number;
  readonly csum_max: number;
}

/**
 * Freqtrade's drawdown figures, from trades in closing order; the peak is at least the starting balance. It sorts them by time once more, and so changes the
 * order of trades that closed at the same time. O(n log n)
 */
export function runningDrawdown(
  trades: readonly { readonly closeTime: number; readonly profitAbs: number }[],
  startingBalance: number,
): RunningDrawdown {
  let sum = 0;
  let high = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const { profitAbs } of trades) {
    sum += profitAbs;
    if (sum < lowest) lowest = sum;
    if (sum > highest) highest = sum;
  }
  const sorted = Array.from(quicksortOrder(trades.map(({ closeTime }) => closeTime)), (k) => trades[k]!);
  let highTime = sorted[0]?.closeTime ?? 0;
  let relative = 0;
  let deepest = { fall: 0, high: 0, low: 0, from: highTime, to: highTime };
  sum = 0;
  for (const { closeTime, profitAbs } of sorted) {
    sum += profitAbs;
    if (sum > high) {
      high = sum;
      highTime = closeTime;
    }
    const fall = high - sum;
    if (fall > deepest.fall) deepest = { fall, high, low: sum, from: highTime, to: closeTime };
    const share = fall / (startingBalance + high);
    if (share > relative) relative = share;
  }
  return {
    max_drawdown_account: deepest.fall / (startingBalance + deepest.high),
    max_relative_drawdown: relative,
    max_drawdown_abs: deepest.fall,
    drawdown_start_ts: deepest.from,
    drawdown_end_ts: deepest.to,
    max_drawdown_low: deepest.low,
    max_drawdown_high: deepest.high,
    csum_min: trades.length ? startingBalance + lowest : 0,
    csum_max: trades.length ? startingBalance + highest : 0,
  };
}
