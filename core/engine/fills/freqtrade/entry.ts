import { fillEntry, isInCandle } from './fills.ts';
import { signalTag } from './orders.ts';
import type { EntryAsk } from './ports.ts';
import { floorTo, type Grid, roundTo } from './rounding.ts';
import type { PairState, RunState } from './run-state.ts';
import { fitStake, maxLeverage, maxStake, minStake, proposedStake } from './stake.ts';
import { tradeState } from './trade-state.ts';
import { availableBalance, tiedStake } from './wallet.ts';

/**
 * Price of an entry order or an addition: the open as it is, or a wanted price to tick where it differs from the open, but not beyond the candle in
 * the bad direction.
 */
export function entryRate(run: RunState, ask: EntryAsk, tick: Grid): number {
  const { bar } = run;
  const wanted = run.callbacks.customEntryPrice?.(ask) ?? bar.open;
  const rate = wanted === bar.open ? wanted : roundTo(wanted, tick);
  return ask.direction > 0 ? Math.min(rate, bar.high) : Math.max(rate, bar.low);
}

/** Opens a trade of `direction` on the present candle if stake and limits allow one; it may wait for its price. */
export function enter(run: RunState, pair: PairState, direction: 1 | -1): void {
  const { settings, callbacks, bar } = run;
  const { source, amountGrid } = pair;
  const tag = signalTag(run, pair);
  const tick = pair.tickAt(bar.time);
  let ask: EntryAsk = { pair: source.pair, direction, time: bar.time, rate: bar.open, tag };
  const rate = entryRate(run, ask, tick);
  if (rate !== bar.open) ask = { ...ask, rate };

  const available = availableBalance(run.wallet, run.open);
  const proposed = proposedStake(settings, available, tiedStake(run.open));
  if (!(proposed > 0)) return;
  const leverage = leverageFor(run, pair, ask, proposed);
  const least = minStake(source.limits, rate, leverage, true);
  const most = Math.min(available, maxStake(source.limits.tiers, leverage));
  if (least > most) return;
  const stake = fitStake(callbacks.stake?.(ask, proposed, least, most) ?? proposed, least, most);
  const amount = floorTo((stake / rate) * leverage, amountGrid);
  if (!(amount > 0) || callbacks.confirmEntry?.(ask, amount) === false) return;

  const order = { isEntry: true, created: bar.time, price: rate, amount, tag };
  const trade = tradeState({
    id: run.nextId++,
    pair: source.pair,
    slot: pair.slot,
    direction,
    openTime: bar.time,
    entryTag: tag,
    leverage,
    fee: settings.fee,
    tick,
    stake: (amount * rate) / leverage,
    order,
  });
  run.open.push(trade);
  pair.trade = trade;
  if (isInCandle(run, rate)) fillEntry(run, pair, trade, order);
  run.wallet.unseen = 0;
}

function leverageFor(run: RunState, pair: PairState, ask: EntryAsk, stake: number): number {
  const { settings, callbacks } = run;
  if (settings.market === 'spot') return 1;
  const most = maxLeverage(pair.source.limits.tiers, stake);
  const wanted = callbacks.leverage?.(ask, settings.leverage ?? 1, most) ?? settings.leverage ?? 1;
  return Math.min(Math.max(wanted, 1), most);
}
