import { entryRate } from './entry.ts';
import { exitRate } from './exit.ts';
import { fillEntry, fillExit, isInCandle, reckonAgain } from './fills.ts';
import { profitRatio } from './money.ts';
import { makeWay, signalTag } from './orders.ts';
import { floorRatioTo, floorTo, roundTo } from './rounding.ts';
import type { PairState, RunState } from './run-state.ts';
import { fitStake, maxStake, minRest, minStake } from './stake.ts';
import type { TradeState } from './trade-state.ts';
import { availableBalance } from './wallet.ts';

/** Asks the strategy once for a change of the position, with the profit ratio at the open, and makes its order at the open. */
export function adjustPosition(run: RunState, pair: PairState, trade: TradeState): void {
  const { callbacks, settings, bar } = run;
  if (!callbacks.adjustPosition) return;
  const change = callbacks.adjustPosition(trade, bar.time, bar.open, profitRatio(trade, bar.open));
  if (!change) return;
  const most = settings.maxEntryPositionAdjustment ?? -1;
  if (change.stake > 0 && (most < 0 || trade.filledEntries <= most))
    addTo(run, pair, trade, change.stake, change.tag ?? signalTag(run, pair));
  if (change.stake < 0) reduce(run, pair, trade, -change.stake, change.tag ?? null);
}

function addTo(run: RunState, pair: PairState, trade: TradeState, wanted: number, tag: string | null): void {
  const { bar } = run;
  const { limits, pair: name } = pair.source;
  const { leverage, direction } = trade;
  const price = entryRate(run, { pair: name, direction, time: bar.time, rate: bar.open, tag }, pair.tickAt(bar.time));
  const least = minStake(limits, price, leverage, false);
  // The whole position must stay within what its leverage allows.
  const room = maxStake(limits.tiers, leverage) - trade.stake;
  const most = Math.min(availableBalance(run.wallet, run.open), room);
  const stake = fitStake(wanted, least, most);
  const amount = floorTo((stake / price) * leverage, pair.amountGrid);
  if (!(amount > 0) || !makeWay(run, trade, true, price, amount)) return;
  trade.entryOrder = { isEntry: true, created: bar.time, price, amount, tag };
  if (isInCandle(run, price)) fillEntry(run, pair, trade, trade.entryOrder);
  else reckonAgain(trade);
  run.wallet.unseen = 0;
}

function reduce(run: RunState, pair: PairState, trade: TradeState, stake: number, tag: string | null): void {
  const { bar } = run;
  const amount = floorRatioTo(stake, trade.amount, trade.stake, pair.amountGrid);
  if (!(amount > 0)) return;
  const rest = (trade.amount - amount) * bar.open;
  if (rest !== 0 && rest < minRest(pair.source.limits, bar.open)) return;
  const reason = tag ?? 'partial_exit';
  const price = roundTo(exitRate(run, trade, profitRatio(trade, bar.open), reason), trade.tick);
  trade.exitReason = reason;
  if (!makeWay(run, trade, false, price, amount)) return;
  trade.exitOrder = { isEntry: false, created: bar.time, price, amount, tag: reason };
  if (isInCandle(run, price)) fillExit(run, pair, trade, trade.exitOrder);
}
