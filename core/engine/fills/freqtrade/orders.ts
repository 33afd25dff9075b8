import { floorTo } from './rounding.ts';
import { type PairState, type RunState, removeTrade } from './run-state.ts';
import { fitStake, maxStake, minStake } from './stake.ts';
import type { PendingOrder, TradeState } from './trade-state.ts';
import { availableBalance } from './wallet.ts';

const MINUTE_MS = 60_000;

/** Times out, cancels or reprices the unfilled orders of a pair's trade on a later candle than that of their making. */
export function manageOrders(run: RunState, pair: PairState, trade: TradeState): void {
  const { settings, counts, bar } = run;
  const exit = trade.exitOrder;
  if (exit && exit.created < bar.time && isTimedOut(exit, bar.time, settings.unfilledTimeout.exit)) {
    counts.timedOutExitOrders++;
    trade.exitOrder = null;
  }
  const entry = trade.entryOrder;
  if (!entry || entry.created >= bar.time) return;
  if (isTimedOut(entry, bar.time, settings.unfilledTimeout.entry)) {
    counts.timedOutEntryOrders++;
    dropEntry(run, pair, trade);
  } else reprice(run, pair, trade, entry);
}

/** Removes an entry order, and with it a trade of which nothing was filled. */
function dropEntry(run: RunState, pair: PairState, trade: TradeState): void {
  trade.entryOrder = null;
  if (trade.filledEntries === 0) removeTrade(run, pair, trade);
}

function reprice(run: RunState, pair: PairState, trade: TradeState, order: PendingOrder): void {
  const { callbacks, counts, bar } = run;
  if (!callbacks.adjustEntryPrice) return;
  const wanted = callbacks.adjustEntryPrice(trade, bar.time, order.price, bar.open);
  if (wanted === order.price) return;
  counts.canceledEntryOrders++;
  const isFirst = trade.filledEntries === 0;
  if (wanted !== null) {
    // The wanted price is taken as it is: the rounding and clipping of a first order's custom price do not apply.
    const amount = amountAt(run, pair, trade, (order.amount * order.price) / trade.leverage, wanted);
    if (amount > 0) {
      counts.replacedEntryOrders++;
      trade.entryOrder = { ...order, created: bar.time, price: wanted, amount };
      if (isFirst) trade.stake = (amount * wanted) / trade.leverage;
      return;
    }
  }
  if (isFirst) counts.canceledTradeEntries++;
  dropEntry(run, pair, trade);
}

/** Amount that the old order's stake buys at the new rate, within the limits of a new order. */
function amountAt(run: RunState, pair: PairState, trade: TradeState, wanted: number, rate: number): number {
  const { limits } = pair.source;
  const { leverage } = trade;
  const isFirst = trade.filledEntries === 0;
  const available = availableBalance(run.wallet, run.open) + (isFirst ? trade.stake : 0);
  const most = Math.min(available, maxStake(limits.tiers, leverage));
  const stake = fitStake(wanted, minStake(limits, rate, leverage, isFirst), most);
  return floorTo((stake / rate) * leverage, pair.amountGrid);
}

function isTimedOut(order: PendingOrder, now: number, minutes: number): boolean {
  return order.created <= now - minutes * MINUTE_MS;
}
