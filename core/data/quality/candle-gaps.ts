import { timeframe } from '../../domain/timeframe.ts';
import type { SeriesKey } from '../../ports/market-data.ts';
import { defaultSpec } from '../specs/default-spec.ts';
import { isForexOpen } from '../synth/forex-session.ts';

/** A hole in a series of candles. */
interface CandleGap {
  /** Row that comes after it. */
  readonly row: number;
  /** Opening time of the first candle that is missing, ms UTC. */
  readonly time: number;
  /** Candles that are missing. */
  readonly count: number;
}

/** Where candles are missing between others, by their opening times. Hours when the pair's market is closed (forex weekends) are no hole; events and bars made by trading have none. */
export function candleGaps(key: Pick<SeriesKey, 'exchange' | 'pair' | 'timeframe'>, time: Float64Array): CandleGap[] {
  const frame = key.timeframe === null ? null : timeframe(key.timeframe);
  if (frame === null || frame.bars) return [];
  const isSession = defaultSpec(key.exchange, key.pair).kind === 'forex';
  const gaps: CandleGap[] = [];
  for (let row = 1; row < time.length; row++) {
    const before = time[row - 1]!;
    if (!(time[row]! > before)) continue;
    if (frame.isFixed && !isSession) {
      const first = frame.closeOf(before);
      const count = Math.ceil((time[row]! - first) / frame.ms);
      if (count > 0) gaps.push({ row, time: first, count });
      continue;
    }
    let count = 0;
    let first = Number.NaN;
    for (let t = frame.closeOf(before); t < time[row]!; t = frame.closeOf(t)) {
      if (isSession && !isForexOpen(t)) continue;
      if (count++ === 0) first = t;
    }
    if (count > 0) gaps.push({ row, time: first, count });
  }
  return gaps;
}
