import { lowerBound } from '../../domain/candles.ts';
import { type Timeframe, timeframe } from '../../domain/timeframe.ts';

/** One request: `count` candles from `since` on, which is up to `end`. */
export interface Window {
  readonly since: number;
  readonly count: number;
  readonly end: number;
}

/**
 * Requests that fetch every candle in [from, to) that is not stored: what lies before, behind and in the holes. Each asks for at most
 * `limit` candles; holes near each other share one.
 * @param stored opening times that are there, sorted
 */
export function planWindows(
  stored: Float64Array,
  name: string,
  from: number,
  to: number,
  limit: number,
): readonly Window[] {
  const frame = timeframe(name);
  const windows: Window[] = [];
  const first = frame.openOf(from) < from ? frame.closeOf(frame.openOf(from)) : from;
  let i = lowerBound(stored, first);
  for (let t = first; t < to; ) {
    while (i < stored.length && stored[i]! < t) i++;
    if (stored[i] === t) {
      t = frame.closeOf(t);
      continue;
    }
    const window = windowFrom(frame, t, to, limit, stored, i);
    windows.push({ since: t, ...window });
    t = window.end;
  }
  return windows;
}

/** At most `limit` candles from `t` on, cut behind the last missing one. */
function windowFrom(frame: Timeframe, t: number, to: number, limit: number, stored: Float64Array, at: number) {
  let count = 0;
  let end = t;
  let missing = { count: 0, end: t };
  let i = at;
  for (let c = 0; c < limit && end < to; c++) {
    const isStored = stored[i] === end;
    if (isStored) i++;
    end = frame.closeOf(end);
    count++;
    if (!isStored) missing = { count, end };
  }
  return missing;
}
