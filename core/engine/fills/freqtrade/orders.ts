import { reckonAgain } from './fills.ts';
import type { PendingOrder } from './ports.ts';
import { floorTo, roundTo } from './rounding.ts';
import { type PairState, type RunState, removeTrade } from './run-state.ts';
import { minStake } from './stake.ts';
import type { TradeState } from './trade-state.ts';

const MINUTE_MS = 60_000;

/** Times out, cancels or reprices the unfilled orders of a pair's trade on a later candle than that of their making. */
export function manageOrders(run: RunState, pair: PairState, trade: TradeState): void {
  const { settings, counts, bar } = run;
  const { entryOrder: entry, exitOrder: exit } = trade;
  if (exit && exit.created < bar.time) {
    if (isTimedOut(exit, bar.time, settings.unfilledTimeout.exit)) {
      counts.timedOutExitOrders++;
      trade.exitOrder = null;
    } else repriceExit(run, trade, exit);
  }
  if (!entry || entry.created >= bar.time) return;
  if (isTimedOut(entry, bar.time, settings.unfilledTimeout.entry)) {
    counts.timedOutEntryOrders++;
    dropEntry(run, pair, trade);
  } else repriceEntry(run, pair, trade, entry);
}

/**
 * Makes way for a new order: whatever else of the trade waits is withdrawn, entries and exits alike. False where the same order (side, price, amount)
 * waits already, and nothing is to be done.
 */
export function makeWay(run: RunState, trade: TradeState, isEntry: boolean, price: number, amount: number): boolean {
  const same = isEntry ? trade.entryOrder : trade.exitOrder;
  if (same && same.price === price && same.amount === amount) return false;
  if (trade.entryOrder) run.counts.canceledEntryOrders++;
  trade.entryOrder = null;
  trade.exitOrder = null;
  return true;
}

/** Quirk: an addition without a tag of its own, and a repriced order, carry the tag of the signal candle, whether it signals an entry or not. */
export function signalTag(run: RunState, pair: PairState): string | null {
  return pair.source.entryTags?.get(run.bar.signalIndex) ?? null;
}

/** Removes an entry order, and with it a trade of which nothing was filled. */
function dropEntry(run: RunState, pair: PairState, trade: TradeState): void {
  trade.entryOrder = null;
  if (trade.filledEntries > 0) return;
  removeTrade(run, pair, trade);
  run.wallet.unseen = 0;
}

/** An exit goes on for the same reason; no one is asked to confirm it again, and its price may lie beyond the candle. */
function repriceExit(run: RunState, trade: TradeState, order: PendingOrder): void {
  const { callbacks, bar } = run;
  if (!callbacks.adjustOrder) return;
  const wanted = callbacks.adjustOrder(trade, order, bar.time, bar.open);
  if (wanted === order.price) return;
  trade.exitOrder = wanted === null ? null : { ...order, created: bar.time, price: roundTo(wanted, trade.tick) };
}

function repriceEntry(run: RunState, pair: PairState, trade: TradeState, order: PendingOrder): void {
  const { callbacks, counts, bar } = run;
  if (!callbacks.adjustOrder) return;
  const wanted = callbacks.adjustOrder(trade, order, bar.time, bar.open);
  if (wanted === order.price) return;
  counts.canceledEntryOrders++;
  const isFirst = trade.filledEntries === 0;
  if (wanted !== null) {
    counts.replacedEntryOrders++;
    // The wanted price is taken as it is: the rounding and clipping of a custom price do not apply, nor do the limits of a stake beyond the least.
    const { leverage, direction } = trade;
    const tag = signalTag(run, pair);
    const stake = (order.amount * order.price) / leverage;
    const amount = floorTo((stake / wanted) * leverage, pair.amountGrid);
    const isEnough = stake >= minStake(pair.source.limits, wanted, leverage, false);
    const ask = { pair: pair.source.pair, direction, time: bar.time, rate: wanted, tag };
    if (isEnough && amount > 0 && callbacks.confirmEntry?.(ask, amount) !== false) {
      trade.entryOrder = { ...order, created: bar.time, price: wanted, amount, tag };
      if (!isFirst) reckonAgain(trade);
      return;
    }
  }
  if (isFirst) counts.canceledTradeEntries++;
  dropEntry(run, pair, trade);
}

function isTimedOut(order: PendingOrder, now: number, minutes: number): boolean {
  return order.created <= now - minutes * MINUTE_MS;
}
