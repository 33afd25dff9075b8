import { type CandleTable, lowerBound } from '../domain/candles.ts';

/** Lowest and highest mark price within each candle; `missing` counts candles that mark prices do not cover whole. */
export interface MarkRange {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly missing: number;
}

/**
 * The range of the mark price within candles of `length` ms, from mark candles of `markLength` ms. Only mark candles that lie wholly inside a
 * candle count, so longer ones say nothing. Where they do not cover a candle, its own range stands in.
 */
export function markRange(mark: CandleTable, markLength: number, candles: CandleTable, length: number): MarkRange {
  const high = candles.high.slice();
  const low = candles.low.slice();
  const wanted = Math.round(length / markLength);
  let missing = 0;
  let k = candles.length > 0 ? lowerBound(mark.time, candles.time[0]!) : 0;
  for (let i = 0; i < candles.length; i++) {
    const opened = candles.time[i]!;
    const until = opened + length - markLength;
    while (k < mark.length && mark.time[k]! < opened) k++;
    let found = 0;
    let top = Number.NEGATIVE_INFINITY;
    let bottom = Number.POSITIVE_INFINITY;
    for (; k < mark.length && mark.time[k]! <= until; k++) {
      found++;
      top = Math.max(top, mark.high[k]!);
      bottom = Math.min(bottom, mark.low[k]!);
    }
    if (found > 0 && found === wanted) {
      high[i] = top;
      low[i] = bottom;
    } else missing++;
  }
  return { high, low, missing };
}
