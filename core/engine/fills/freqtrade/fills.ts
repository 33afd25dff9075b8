import type { TradeOrder } from '../../../domain/trade.ts';
import { add, type Decimal, decimal, div, mul, sub, toNumber } from './decimal.ts';
import { exactProduct } from './exact-product.ts';
import { endFundingSegment, refreshFunding } from './funding.ts';
import { liquidationPrice } from './liquidation.ts';
import { exitProfit, openValueOf } from './money.ts';
import type { FilledOrder, FreqtradeClosedTrade, PendingOrder } from './ports.ts';
import { roundTo } from './rounding.ts';
import { type PairState, type RunState, removeTrade } from './run-state.ts';
import { initStop, raiseStop, stopAfterFill } from './stop.ts';
import type { TradeState } from './trade-state.ts';

/** Whether a price lies in the present candle, ends included: that is all it takes to fill. */
export function isInCandle(run: RunState, price: number): boolean {
  return price >= run.bar.low && price <= run.bar.high;
}

/** Books the fill of an entry order at its price and the present time: average, stake, stop, liquidation price. */
export function fillEntry(run: RunState, pair: PairState, trade: TradeState, order: PendingOrder): void {
  const { settings } = run;
  const now = run.bar.time;
  const isFirst = trade.filledEntries === 0;
  const ended = endFundingSegment(trade, now);
  const funding = isFirst ? null : ended;
  trade.entryOrder = null;
  trade.filledEntries++;
  record(trade, order, now, funding);
  holdings(trade);
  trade.openRate = roundTo(trade.average, trade.tick);
  trade.openValue = openValueOf(trade.amount, trade.openRate, trade.direction, trade.fee);
  if (isFirst) {
    initStop(trade, settings.stoploss);
    // Quirk: the rounded entry counts, which may lie outside the candle by a binary hair.
    trade.minRate = trade.openRate;
    trade.maxRate = trade.openRate;
  } else raiseStop(trade, trade.openRate, trade.stopRatio);
  refreshFunding(trade, pair.costs, now);
  stayOpen(run, pair, trade, order.price);
  if (order.created === now) reckonAgain(trade);
  report(run, trade, order, funding, 0);
}

/**
 * Quirk: an entry order of a trade that holds something, made now, filled at once or not, has its stop reckoned once more from the average entry,
 * and the running segment's funding is out of sight until it is next refreshed.
 */
export function reckonAgain(trade: TradeState): void {
  raiseStop(trade, trade.openRate, trade.stopRatio);
  trade.fundingSeen = trade.fundingStored;
}

/** Books the fill of an exit order; a trade that holds nothing afterwards is closed. Runs the protections. */
export function fillExit(run: RunState, pair: PairState, trade: TradeState, order: PendingOrder): void {
  const now = run.bar.time;
  const funding = endFundingSegment(trade, now);
  const profit = exitProfit(trade, order.amount, order.price, fundingSinceExit(trade, funding));
  run.wallet.unseen = 0;
  const isLast = order.amount >= trade.amount;
  trade.realised += profit;
  trade.exitOrder = null;
  trade.filledExits++;
  record(trade, order, now, funding);
  if (isLast) close(run, pair, trade, order.price);
  else {
    // Quirk: after a partial exit, the new segment's first funding and the liquidation price are those of the position before it.
    refreshFunding(trade, pair.costs, now);
    stayOpen(run, pair, trade, order.price);
    holdings(trade);
    // Quirk: so it is after a partial exit, whose average entry is that of before.
    raiseStop(trade, trade.openRate, trade.stopRatio);
    // Quirk: the new segment's funding is out of sight until it is next refreshed.
    trade.fundingSeen = trade.fundingStored;
    trade.openValue = openValueOf(trade.amount, trade.openRate, trade.direction, trade.fee);
  }
  report(run, trade, order, funding, profit);
  run.guard.afterExit(trade.pair, now);
}

/** What every fill that leaves the trade open brings with it. */
function stayOpen(run: RunState, pair: PairState, trade: TradeState, price: number): void {
  const { settings } = run;
  if (settings.market === 'futures')
    trade.liquidation = liquidationPrice(trade, pair.source.limits.tiers, settings.liquidationBuffer);
  stopAfterFill(trade, settings, run.callbacks, run.bar.time, price);
}

/** Funding of the segments since the previous exit, the one that ends now included: an addition's segment counts with the next exit. */
function fundingSinceExit(trade: TradeState, ended: number): number {
  let sum = ended;
  for (let i = trade.orders.length - 1; i >= 0 && trade.orders[i]!.isEntry; i--) sum += trade.orders[i]!.funding ?? 0;
  return sum;
}

/** Amount, cost, average and stake from the filled orders, in decimal: an exit leaves the average alone and takes its share of the cost. */
function holdings(trade: TradeState): void {
  const { orders, leverage } = trade;
  const only = orders[0]!;
  if (orders.length === 1) {
    trade.amount = only.amount;
    trade.average = cutAverage(only.price);
    trade.cost = exactProduct(only.amount, only.price);
    trade.stake = trade.cost / leverage;
    return;
  }
  let amount: Decimal = decimal(0);
  let cost: Decimal = amount;
  let average: Decimal = amount;
  for (const order of orders) {
    const change = decimal(order.amount);
    if (order.isEntry) {
      amount = add(amount, change);
      cost = add(cost, mul(change, decimal(order.price)));
      average = div(cost, amount);
    } else {
      amount = sub(amount, change);
      cost = sub(cost, mul(change, average));
    }
  }
  trade.amount = toNumber(amount);
  trade.cost = toNumber(cost);
  trade.average = toNumber(average);
  trade.stake = trade.cost / leverage;
}

/** Quirk: an average is a quotient, which the reference engine cuts after 18 decimals; small prices that were asked for have more. */
function cutAverage(price: number): number {
  if (price >= 0.01) return price;
  const exact = decimal(price);
  return exact.scale > 18 ? toNumber(div(exact, decimal(1))) : price;
}

function record(trade: TradeState, order: PendingOrder, time: number, funding: number | null): void {
  trade.orders.push({
    side: order.isEntry === trade.direction > 0 ? 'buy' : 'sell',
    isEntry: order.isEntry,
    time,
    price: order.price,
    amount: order.amount,
    tag: order.tag,
    funding,
  });
}

function report(run: RunState, trade: TradeState, order: PendingOrder, funding: number | null, profit: number): void {
  const isClosed = !order.isEntry && trade.exitReason !== '' && !run.open.includes(trade);
  run.sink.fill?.({
    tradeId: trade.id,
    pair: trade.pair,
    direction: trade.direction > 0 ? 'long' : 'short',
    side: order.isEntry === trade.direction > 0 ? 'buy' : 'sell',
    isEntry: order.isEntry,
    time: run.bar.time,
    price: order.price,
    amount: order.amount,
    leverage: trade.leverage,
    fee: order.amount * order.price * trade.fee,
    funding,
    tag: order.tag,
    openRate: trade.openRate,
    held: isClosed ? 0 : trade.amount,
    stake: isClosed ? 0 : trade.stake,
    profit,
  });
}

function close(run: RunState, pair: PairState, trade: TradeState, rate: number): void {
  const now = run.bar.time;
  removeTrade(run, pair, trade);
  run.wallet.closedProfit += trade.realised;
  const closed = closedTrade(run.settings.strategy, trade, now, rate);
  run.guard.remember(closed);
  run.sink.closed(closed);
}

function closedTrade(strategy: string, trade: TradeState, closeTime: number, closeRate: number): FreqtradeClosedTrade {
  const { direction, fee, leverage } = trade;
  let entered = 0;
  let maxCost = 0;
  let entryFees = 0;
  let exitFees = 0;
  for (const order of trade.orders) {
    const cost = order.amount * order.price;
    if (!order.isEntry) exitFees += cost * fee;
    else {
      entered += openValueOf(order.amount, order.price, direction, fee);
      maxCost += cost;
      entryFees += cost * fee;
    }
  }
  return {
    id: trade.id,
    strategy,
    pair: trade.pair,
    side: direction > 0 ? 'long' : 'short',
    openTime: trade.openTime,
    closeTime,
    openRate: trade.openRate,
    closeRate,
    amount: trade.amount,
    stake: trade.stake,
    maxStake: maxCost / leverage,
    leverage,
    entryFees,
    exitFees,
    fees: entryFees + exitFees,
    funding: trade.fundingStored,
    profitAbs: trade.realised,
    profitRatio: (trade.realised / entered) * leverage,
    exitReason: trade.exitReason,
    entryTag: trade.entryTag,
    // As the reference engine has it: the tag is the reason.
    exitTag: null,
    initialStop: trade.initialStop,
    lastStop: trade.stop,
    liquidationPrice: trade.liquidation,
    minRate: trade.minRate,
    maxRate: trade.maxRate,
    priceTick: trade.tick.step,
    orders: trade.orders.map((order) => orderOf(order, fee)),
  };
}

function orderOf(order: FilledOrder, fee: number): TradeOrder {
  return {
    side: order.side,
    time: order.time,
    price: order.price,
    amount: order.amount,
    tag: order.tag,
    fee: order.amount * order.price * fee,
    funding: order.funding,
  };
}
