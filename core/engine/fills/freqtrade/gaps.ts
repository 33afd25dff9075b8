import { type CandleTable, candleTable } from '../../../domain/candles.ts';

/**
 * A table without missing candles: each gap is filled with candles of the previous close and no volume, as the reference engine does before
 * anything else. Returns the table itself when nothing is missing. Extra columns are dropped from a filled table.
 */
export function fillGaps(candles: CandleTable, timeframeMs: number): CandleTable {
  const { length, time } = candles;
  if (length < 2) return candles;
  const count = Math.round((time[length - 1]! - time[0]!) / timeframeMs) + 1;
  if (count <= length) return candles;
  const out = candleTable(count);
  let j = 0;
  for (let i = 0; i < length; i++) {
    for (; j > 0 && out.time[j - 1]! + timeframeMs < time[i]!; j++) {
      out.time[j] = out.time[j - 1]! + timeframeMs;
      const close = out.close[j - 1]!;
      out.open[j] = close;
      out.high[j] = close;
      out.low[j] = close;
      out.close[j] = close;
    }
    out.time[j] = time[i]!;
    out.open[j] = candles.open[i]!;
    out.high[j] = candles.high[i]!;
    out.low[j] = candles.low[i]!;
    out.close[j] = candles.close[i]!;
    out.volume[j] = candles.volume[i]!;
    j++;
  }
  return out;
}
