import { closeValue } from './money.ts';
import type { TradeState } from './trade-state.ts';

/** A ROI table as sorted columns. */
export interface RoiTable {
  readonly minutes: readonly number[];
  readonly ratios: readonly number[];
}

/** The table of settings: keys (minutes held) sorted. */
export function roiTable(roi: Readonly<Record<string, number>>): RoiTable {
  const rows = Object.entries(roi)
    .map(([key, ratio]) => [Number(key), ratio] as const)
    .sort((a, b) => a[0] - b[0]);
  return { minutes: rows.map((row) => row[0]), ratios: rows.map((row) => row[1]) };
}

/** Index of the entry with the largest key <= `minutesHeld`, -1 when none applies yet. */
export function roiEntry(table: RoiTable, minutesHeld: number): number {
  let i = table.minutes.length - 1;
  while (i >= 0 && table.minutes[i]! > minutesHeld) i--;
  return i;
}

/** The price at which the trade's profit ratio equals `ratio`, fees, leverage and funding included. */
function rateOfProfit(trade: TradeState, ratio: number): number {
  const v0 = closeValue(trade, 0);
  const v1 = closeValue(trade, 1);
  return (trade.openValue * (1 + (trade.direction * ratio) / trade.leverage) - v0) / (v1 - v0);
}

/**
 * Fill rate of a ROI exit on a candle, or NaN when the reference engine grants none (on the entry candle, where the price ran against the trade
 * after its best). `key` is the table's minutes, NaN for a custom ratio. A threshold that came into force at this open fills at the open.
 */
export function roiRate(
  trade: TradeState,
  ratio: number,
  key: number,
  minutesHeld: number,
  timeframeMinutes: number,
  candle: { readonly open: number; readonly high: number; readonly low: number; readonly close: number },
): number {
  const { open, high, low, close } = candle;
  const side = trade.direction;
  const isOnBoundary = key % timeframeMinutes === 0;
  if (ratio === -1 && isOnBoundary) return open;
  const rate = rateOfProfit(trade, ratio);
  if (minutesHeld > 0 && minutesHeld === key && isOnBoundary && (open - rate) * side > 0) return open;
  if (minutesHeld === 0 && (open - close) * side > 0 && (open - trade.openRate) * side > 0 && (rate - close) * side > 0)
    return Number.NaN;
  return Math.min(Math.max(rate, low), high);
}
