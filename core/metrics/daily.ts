import { lowerBound } from '../domain/candles.ts';

const DAY_MS = 86_400_000;
/** Half a millisecond: later than a point at the boundary, earlier than the next one. */
const TICK_MS = 0.5;

/** Values at the end of each day (UTC), and the returns between them. */
export interface DailyValues {
  /** Start of each day, ms UTC. */
  readonly day: Float64Array;
  /** Last value seen up to the end of that day. */
  readonly value: Float64Array;
  /** Simple return of the day; the first one is against the start value. */
  readonly returns: Float64Array;
  /** How many of the days had no point, and were given the value before. */
  readonly filled: number;
}

/**
 * A curve resampled to days: the last value of each day. A point at midnight closes the day before, as a candle's close does.
 * @param start value before the first point
 * @param isContinuous true fills days without a point with the value before (crypto never closes); false leaves them out (sessions), and counts the points of
 * weekends to the Monday after them: forex opens on Sunday evening, for an hour or three of UTC that are no trading day of their own
 */
export function daily(time: Float64Array, curve: Float64Array, start: number, isContinuous = true): DailyValues {
  const n = time.length;
  const dayOf = (i: number) => {
    const day = Math.ceil(time[i]! / DAY_MS) - 1;
    return isContinuous ? day : tradingDay(day);
  };
  const days: number[] = [];
  const values: number[] = [];
  let filled = 0;
  let at = 0;
  while (at < n) {
    const day = dayOf(at);
    const end = (day + 1) * DAY_MS;
    // Searched, not walked: a year of minutes has 365 days, but half a million points.
    at = Math.max(at, lowerBound(time, end + TICK_MS, at) - 1);
    const next = at + 1 < n && isContinuous ? dayOf(at + 1) : day + 1;
    filled += next - day - 1;
    for (let d = day; d < next; d++) {
      days.push(d * DAY_MS);
      values.push(curve[at]!);
    }
    at++;
  }
  const value = Float64Array.from(values);
  return { day: Float64Array.from(days), value, returns: returnsOf(value, start), filled };
}

/** The day itself, or the Monday after a Saturday or Sunday. Day 0 was a Thursday. */
function tradingDay(day: number): number {
  const sinceSaturday = (((day + 5) % 7) + 7) % 7;
  return sinceSaturday < 2 ? day + 2 - sinceSaturday : day;
}

/** Simple returns of a curve that began at `start`. From nothing or debt there is no return: what follows a total loss is 0. */
export function returnsOf(curve: Float64Array, start: number): Float64Array {
  const out = new Float64Array(curve.length);
  let before = start;
  for (let i = 0; i < curve.length; i++) {
    out[i] = returnOn(curve[i]!, before);
    before = curve[i]!;
  }
  return out;
}

/** Simple return from one value to the next; 0 where there was nothing left to earn with. */
export function returnOn(value: number, before: number): number {
  return before > 0 ? value / before - 1 : 0;
}

/** The curve that starts at `start` and earns `returns`. */
export function curveOf(returns: ArrayLike<number>, start = 1): Float64Array {
  const out = new Float64Array(returns.length);
  let value = start;
  for (let i = 0; i < out.length; i++) {
    value *= 1 + returns[i]!;
    out[i] = value;
  }
  return out;
}
