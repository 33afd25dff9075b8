import { fillExit, isInCandle } from './fills.ts';
import { profitRatio } from './money.ts';
import { makeWay } from './orders.ts';
import { roiEntry, roiRate } from './roi.ts';
import { floorTo, roundTo } from './rounding.ts';
import type { PairState, RunState } from './run-state.ts';
import { hasEntry, hasExit } from './signals.ts';
import { followPrice, isReached, stopRate } from './stop.ts';
import type { TradeState } from './trade-state.ts';

/**
 * Decides whether a trade leaves on the present candle and places the order. In order: exit signal, stop or liquidation, ROI, trailing stop;
 * the first that gives an order is the only one of the candle.
 */
export function checkExit(run: RunState, pair: PairState, trade: TradeState): void {
  const { bar, settings, callbacks } = run;
  const isLong = trade.direction > 0;
  const best = isLong ? bar.high : bar.low;
  const worst = isLong ? bar.low : bar.high;
  if (bar.high > trade.maxRate) trade.maxRate = bar.high;
  if (bar.low < trade.minRate) trade.minRate = bar.low;
  const held = Math.floor((bar.time - trade.openTime) / 60_000);

  followPrice(trade, settings, callbacks, bar.time, best, worst);
  if (leaveOnSignal(run, pair, trade)) return;
  const isStopped = isReached(trade, trade.stop, worst);
  const isTrailing = isStopped && trade.isStopMoved;
  if (isStopped && !isTrailing) {
    if (place(run, pair, trade, stopRate(trade, settings, !!callbacks.customStop, bar, held), 'stop_loss')) return;
  } else if (!isStopped && trade.liquidation !== null && isReached(trade, trade.liquidation, worst)) {
    const isBeyond = (trade.liquidation - best) * trade.direction > 0;
    if (place(run, pair, trade, isBeyond ? bar.open : trade.liquidation, 'liquidation')) return;
  }
  if (leaveOnRoi(run, pair, trade, best, held)) return;
  if (isTrailing)
    place(run, pair, trade, stopRate(trade, settings, !!callbacks.customStop, bar, held), 'trailing_stop_loss');
}

/** Fills a trade's exit order if its price lies in the present candle. */
export function tryExit(run: RunState, pair: PairState, trade: TradeState): void {
  if (trade.exitOrder && isInCandle(run, trade.exitOrder.price)) fillExit(run, pair, trade, trade.exitOrder);
}

function leaveOnSignal(run: RunState, pair: PairState, trade: TradeState): boolean {
  const { settings, callbacks, bar } = run;
  const isSignal = hasExit(bar.flags, trade.direction);
  if (!settings.useExitSignal || !(isSignal || callbacks.customExit)) return false;
  const profit = profitRatio(trade, bar.open);
  // An exit of the author's own goes whatever the profit is.
  if (isSignal && settings.exitProfitOnly && !(profit > settings.exitProfitOffset)) return false;
  const reason = isSignal
    ? (pair.source.exitTags?.get(bar.signalIndex) ?? 'exit_signal')
    : callbacks.customExit!(trade, bar.time, bar.open, profit);
  if (!reason) return false;
  const rate = exitRate(run, trade, profit, reason);
  return place(run, pair, trade, rate, reason);
}

/** Price of an exit by signal and of a partial exit: the open, or the wanted price, but not beyond the candle in the bad direction. */
export function exitRate(run: RunState, trade: TradeState, profit: number, reason: string): number {
  const { callbacks, bar } = run;
  const wanted = callbacks.customExitPrice?.(trade, bar.time, bar.open, profit, reason) ?? null;
  if (wanted === null) return bar.open;
  return trade.direction > 0 ? Math.max(wanted, bar.low) : Math.min(wanted, bar.high);
}

function leaveOnRoi(run: RunState, pair: PairState, trade: TradeState, best: number, held: number): boolean {
  const { roi, settings, callbacks, bar } = run;
  const i = roiEntry(roi, held);
  let ratio = i < 0 ? Number.POSITIVE_INFINITY : roi.ratios[i]!;
  let key = i < 0 ? Number.NaN : roi.minutes[i]!;
  const custom = callbacks.customRoi?.(trade, bar.time, held) ?? Number.POSITIVE_INFINITY;
  if (custom < ratio) {
    ratio = custom;
    key = held;
  }
  if (ratio === Number.POSITIVE_INFINITY || !(profitRatio(trade, best) > ratio)) return false;
  if (settings.ignoreRoiIfEntrySignal && hasEntry(bar.flags, trade.direction)) return false;
  const rate = roiRate(trade, ratio, key, held, run.timeframeMinutes, bar);
  return !Number.isNaN(rate) && place(run, pair, trade, rate, 'roi');
}

/**
 * Places an exit order for all that is held, in place of any that waits. False, so that the next reason is tried, when the strategy vetoes it
 * or an order of the same price and amount already waits.
 */
function place(run: RunState, pair: PairState, trade: TradeState, rate: number, reason: string): boolean {
  const { callbacks, bar } = run;
  const price = roundTo(rate, trade.tick);
  const amount = floorTo(trade.amount, pair.amountGrid);
  if (reason !== 'liquidation' && callbacks.confirmExit?.(trade, bar.time, rate, reason) === false) return false;
  // Quirk: the reason stands even where the order is not made.
  trade.exitReason = reason;
  if (!makeWay(run, trade, false, price, amount)) return false;
  trade.exitOrder = { isEntry: false, created: bar.time, price, amount, tag: reason };
  return true;
}
