import { adjustPosition } from './adjustment.ts';
import { enter } from './entry.ts';
import { checkExit, tryExit } from './exit.ts';
import { fillEntry, isInCandle } from './fills.ts';
import { isFundingTime, refreshFunding } from './funding.ts';
import { manageOrders } from './orders.ts';
import type { PendingOrder } from './ports.ts';
import type { PairState, RunState } from './run-state.ts';
import { entryDirection } from './signals.ts';
import type { TradeState } from './trade-state.ts';

/**
 * One pair on the present candle. Unfilled orders first, then an entry, then the open trade. A trade closed against a signal of the other
 * side is reversed on the same candle.
 * @param mayEnter false on the last candle, and for a pair that already closed a trade inside this main candle
 */
export function passPair(run: RunState, pair: PairState, mayEnter: boolean): void {
  const { bar, settings } = run;
  const direction = entryDirection(bar.flags, settings.canShort);
  const closed = passOnce(run, pair, direction, mayEnter);
  const isReversal = settings.canShort && direction !== 0 && closed === -direction;
  if (isReversal) passOnce(run, pair, direction, mayEnter);
}

/**
 * Quirk: what is said to have closed is the trade that stood at the start, even if it was an unfilled entry that was withdrawn and the one that
 * closed came after it. So a signal whose own trade closed on this candle too is tried a second time.
 */
function passOnce(run: RunState, pair: PairState, direction: 1 | -1 | 0, mayEnter: boolean): 1 | -1 | 0 {
  const before = pair.trade?.direction ?? 0;
  if (pair.trade) manageOrders(run, pair, pair.trade);
  if (direction !== 0 && mayEnter && !pair.trade) tryEnter(run, pair, direction);
  if (pair.trade) passTrade(run, pair, pair.trade);
  return pair.trade ? 0 : before;
}

function tryEnter(run: RunState, pair: PairState, direction: 1 | -1): void {
  const { bar, counts, settings } = run;
  if (run.guard.isLocked(pair.source.pair, bar.time)) return;
  if (run.open.length < settings.maxOpenTrades) enter(run, pair, direction);
  else counts.rejectedSignals++;
}

function passTrade(run: RunState, pair: PairState, trade: TradeState): void {
  if (trade.entryOrder && isInCandle(run, trade.entryOrder.price)) fillWaiting(run, pair, trade, trade.entryOrder);
  if (trade.filledEntries === 0) return;
  if (isFundingTime(run.bar.time)) refreshFunding(trade, pair.costs, run.bar.time);
  adjustPosition(run, pair, trade);
  if (!pair.trade) return;
  checkExit(run, pair, trade);
  tryExit(run, pair, trade);
}

/** Quirk: what a repriced order that fills at once does to the stake is unseen by the account until it is next updated. */
function fillWaiting(run: RunState, pair: PairState, trade: TradeState, order: PendingOrder): void {
  const { wallet, bar } = run;
  const before = trade.stake;
  fillEntry(run, pair, trade, order);
  wallet.unseen = order.created === bar.time ? wallet.unseen + trade.stake - before : 0;
}
