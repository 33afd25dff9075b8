import { type CandleTable, candleTable, lowerBound, sliceCandles } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { PairlistContext } from './kinds.ts';

/**
 * The last `count` candles of a pair that had closed by the context's time, oldest first; fewer where fewer are stored, none for a pair without
 * data. What pair lists measure.
 */
export async function closedCandles(
  { data, exchange, time }: PairlistContext,
  pair: string,
  frameName: string,
  count: number,
): Promise<CandleTable> {
  const frame = timeframe(frameName);
  const to = frame.openOf(time);
  try {
    // Months differ in length: their `ms` is the shortest.
    const from = to - count * frame.ms * (frame.isFixed ? 1 : 1.2);
    const table = await data.candles(exchange, pair, frameName, { from, to });
    const end = lowerBound(table.time, to);
    return sliceCandles(table, Math.max(0, end - count), end);
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'DATA_MISSING') return candleTable(0);
    throw error;
  }
}
