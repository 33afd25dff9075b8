import type { CandleTable } from '../domain/candles.ts';
import type { Adjustment } from '../strategy/strategy.ts';
import type { PairState, Slot } from './slot.ts';

/** Candles of one pair's main grid, one batch each. */
export interface CandleSpan {
  readonly state: PairState;
  readonly candles: CandleTable;
  /** Length of a candle, ms. */
  readonly length: number;
  /** Range of the mark price, row by row; absent: that of the candles. */
  readonly markHigh?: Float64Array;
  readonly markLow?: Float64Array;
}

/** The prices between which a venue has nothing to do for a pair. */
export interface PriceBounds {
  floor(pair: PairState): number;
  ceiling(pair: PairState): number;
  /** Goes up whenever what rests or is held of the pair has changed, and these prices with it. */
  changes(pair: PairState): number;
}

/**
 * Asks a slot's strategy at the close of each row of [from, to) that stays between two prices, until it raises a signal; a position takes in the
 * candles' range. A loop of its own, and nothing else in the function: the compiler then takes the strategy's code into it.
 * @returns the row after the last that was asked
 */
export function askQuietly(
  slot: Slot,
  { candles, markHigh, markLow }: CandleSpan,
  from: number,
  to: number,
  floor: number,
  ceiling: number,
): number {
  const { pair, strategy, bar, position } = slot;
  const { high, low, close } = candles;
  const { cursor } = pair;
  const { signals, onCandle } = strategy;
  const isLong = position !== null && position.sign > 0;
  let highest = Number.POSITIVE_INFINITY;
  let lowest = Number.NEGATIVE_INFINITY;
  if (position !== null) {
    highest = isLong ? position.bestSoFar : position.worstRate;
    lowest = isLong ? position.worstRate : position.bestSoFar;
  }
  // Sums, so that the loop has numbers where the arguments are objects that may be numbers.
  const bottomMost = floor + 0;
  const topMost = ceiling + 0;
  const end = to | 0;
  for (let row = from | 0; row < end; row++) {
    const top = high[row]!;
    const bottom = low[row]!;
    if (!(bottom > bottomMost && top < topMost)) return row;
    if (markHigh !== undefined && !(markLow![row]! > bottomMost && markHigh[row]! < topMost)) return row;
    pair.last = close[row]!;
    cursor.row = row;
    if (top > highest) {
      highest = top;
      if (isLong) position!.bestSoFar = top;
      else position!.worstRate = top;
    }
    if (bottom < lowest) {
      lowest = bottom;
      if (isLong) position!.worstRate = bottom;
      else position!.bestSoFar = bottom;
    }
    signals.flags = 0;
    onCandle!.call(strategy, bar as never);
    if (signals.flags !== 0) return row + 1;
  }
  return end;
}

/** Where `askAdjusting` is. */
export interface Asking {
  /** `adjustPosition` is at work, not `onCandle`. */
  isAdjusting: boolean;
  /** What it wants at the row at which the loop stopped; null: nothing. */
  wanted: number | Adjustment | null;
}

/**
 * `askQuietly` for a position that the strategy may add to or take from: `adjustPosition` comes first at each row. Stops at a row at which that
 * wants something, before its `onCandle`. The range of candles and what `adjustPosition` is told are written out: as calls they leave the compiler too
 * little room for the strategy's code.
 */
export function askAdjusting(
  slot: Slot,
  { candles, length, markHigh, markLow }: CandleSpan,
  from: number,
  to: number,
  floor: number,
  ceiling: number,
  asking: Asking,
): number {
  const { pair, strategy, bar } = slot;
  const position = slot.position!;
  const { high, low, close, time } = candles;
  const { cursor } = pair;
  const { signals } = strategy;
  const bottomMost = floor + 0;
  const topMost = ceiling + 0;
  const { side, entryTag } = position;
  const name = pair.pair;
  const isLong = position.sign > 0;
  let highest = isLong ? position.bestSoFar : position.worstRate;
  let lowest = isLong ? position.worstRate : position.bestSoFar;
  const end = to | 0;
  for (let row = from | 0; row < end; row++) {
    const top = high[row]!;
    const bottom = low[row]!;
    if (!(bottom > bottomMost && top < topMost)) return row;
    if (markHigh !== undefined && !(markLow![row]! > bottomMost && markHigh[row]! < topMost)) return row;
    const rate = close[row]!;
    pair.last = rate;
    cursor.row = row;
    if (top > highest) {
      highest = top;
      if (isLong) position.bestSoFar = top;
      else position.worstRate = top;
    }
    if (bottom < lowest) {
      lowest = bottom;
      if (isLong) position.worstRate = bottom;
      else position.bestSoFar = bottom;
    }
    asking.isAdjusting = true;
    const profit = position.profitRatio(rate);
    const told = { pair: name, side, time: time[row]! + length, rate, entryTag, position, profit };
    const wanted = strategy.adjustPosition!(told);
    asking.isAdjusting = false;
    if (wanted !== null && wanted !== undefined && wanted !== 0) {
      asking.wanted = wanted;
      return row;
    }
    signals.flags = 0;
    strategy.onCandle!(bar as never);
    if (signals.flags !== 0) return row + 1;
  }
  return end;
}
