import { profitRatio } from './money.ts';
import type { FreqtradeCallbacks, FreqtradeSettings } from './ports.ts';
import { ceilTo, floorTo, type Grid } from './rounding.ts';
import type { TradeState } from './trade-state.ts';

/** Stop at `ratio` of the margin from a price: stepped up to tick for a long, down for a short. */
export function stopFrom(price: number, ratio: number, leverage: number, direction: 1 | -1, tick: Grid): number {
  const share = Math.abs(ratio / leverage);
  return direction > 0 ? ceilTo(price * (1 - share), tick) : floorTo(price * (1 + share), tick);
}

/** Sets the stop of a trade at its first entry fill. */
export function initStop(trade: TradeState, stoploss: number): void {
  trade.stop = stopFrom(trade.openRate, stoploss, trade.leverage, trade.direction, trade.tick);
  trade.initialStop = trade.stop;
  trade.stopRatio = stoploss;
  trade.isStopMoved = false;
}

/** Moves the stop to `ratio` from `price` if that is towards profit, and then calls it moved. */
export function raiseStop(trade: TradeState, price: number, ratio: number): void {
  const stop = stopFrom(price, ratio, trade.leverage, trade.direction, trade.tick);
  if ((stop - trade.stop) * trade.direction > 0) {
    trade.stop = stop;
    trade.stopRatio = ratio;
    trade.isStopMoved = true;
  }
}

/**
 * Applies the trailing stop with `price` as the price reached: waits for the offset if told to, tightens after it if told to.
 * `ratio`: the custom stop's answer where it had one, else the stop-loss.
 */
function trail(trade: TradeState, settings: FreqtradeSettings, price: number, ratio: number): void {
  const profit = profitRatio(trade, price);
  const offset = settings.trailingStopPositiveOffset;
  if (settings.trailingOnlyOffsetIsReached && profit < offset) return;
  const positive = settings.trailingStopPositive;
  raiseStop(trade, price, positive !== null && profit > offset ? positive : ratio);
}

/** Lets custom and trailing stops follow the candle's best price, unless its worst price has reached the stop as it stands. */
export function followPrice(
  trade: TradeState,
  settings: FreqtradeSettings,
  callbacks: FreqtradeCallbacks,
  time: number,
  best: number,
  worst: number,
): void {
  if ((worst - trade.stop) * trade.direction <= 0) return;
  const custom = callbacks.customStop?.(trade, time, best, profitRatio(trade, best), false) ?? null;
  if (isRatio(custom)) raiseStop(trade, best, custom);
  if (settings.trailingStop) trail(trade, settings, best, isRatio(custom) ? custom : settings.stoploss);
}

/**
 * Asks the custom stop right after a fill, unless that price has reached the stop as it stands: its answer replaces the stop in either direction and
 * does not count as moved.
 */
export function stopAfterFill(
  trade: TradeState,
  settings: FreqtradeSettings,
  callbacks: FreqtradeCallbacks,
  time: number,
  price: number,
): void {
  if (!callbacks.customStop || (price - trade.stop) * trade.direction <= 0) return;
  const custom = callbacks.customStop(trade, time, price, profitRatio(trade, price), true);
  if (isRatio(custom)) {
    trade.stop = stopFrom(price, custom, trade.leverage, trade.direction, trade.tick);
    trade.stopRatio = custom;
  }
  if (settings.trailingStop) trail(trade, settings, price, isRatio(custom) ? custom : settings.stoploss);
}

/** Whether a candle's worst price reaches a level that protects the trade from below (long) or above (short). */
export function isReached(trade: TradeState, level: number, worst: number): boolean {
  return (level - worst) * trade.direction >= 0;
}

/**
 * Fill rate of a stop that was hit: the stop itself, even where the candle opened beyond it (a quirk), and the open only when the whole
 * candle lies beyond. A trailing stop hit on the candle of the entry assumes that the price first reached the offset, or never rose.
 */
export function stopRate(
  trade: TradeState,
  settings: FreqtradeSettings,
  hasCustomStop: boolean,
  candle: { readonly open: number; readonly high: number; readonly low: number },
  minutesHeld: number,
): number {
  const side = trade.direction;
  const best = side > 0 ? candle.high : candle.low;
  if ((trade.stop - best) * side > 0) return candle.open;
  if (!trade.isStopMoved || minutesHeld !== 0) return trade.stop;
  const { trailingStopPositive: positive, trailingStopPositiveOffset: offset } = settings;
  const share =
    !hasCustomStop && settings.trailingOnlyOffsetIsReached && positive !== null
      ? offset - Math.abs(positive / trade.leverage)
      : -Math.abs(trade.stopRatio / trade.leverage);
  const rate = candle.open * (1 + side * share);
  return side > 0 ? Math.max(rate, candle.low) : Math.min(rate, candle.high);
}

/** A ratio of nothing counts as no answer. */
function isRatio(ratio: number | null): ratio is number {
  return ratio !== null && ratio !== 0 && Number.isFinite(ratio);
}
