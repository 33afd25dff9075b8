import type { CandleTable } from '../domain/candles.ts';
import { short } from './sample-curve.ts';

/** One feature on a chart: over the prices, or on pane 1, 2, … below. */
interface FeatureSample {
  readonly name: string;
  readonly pane: number;
  readonly values: (number | null)[];
}

/** Candles merged into fewer bars for drawing, with six significant figures. */
export interface BarSample {
  /** Candles per bar; 1 where none were merged. */
  readonly step: number;
  /** Opening times in whole seconds UTC: the first one, then the steps from each bar to the next. */
  readonly t: number[];
  readonly o: number[];
  readonly h: number[];
  readonly l: number[];
  readonly c: number[];
  readonly features: FeatureSample[];
  /** Features that found no room. */
  readonly omitted: string[];
  /** Features that had no value anywhere. */
  readonly empty: string[];
}

/** Features drawn on one chart, over the prices and on panes together. */
export const MOST_FEATURES = 12;

/** Room on a chart. */
export interface BarLimits {
  readonly bars: number;
  readonly overlays?: number;
  readonly panes?: number;
}

/** Which candles make up each bar. */
interface Merging {
  /** Candles of a whole bar. */
  readonly step: number;
  /** The candle after the last one of each bar. */
  readonly ends: readonly number[];
  /** When a bar that begins with this candle opens, ms UTC. */
  readonly openOf: (time: number) => number;
}

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
/** Lengths of bars that clocks have. */
const LENGTHS = [
  ...[1, 5, 10, 15, 30].map((n) => n * 1000),
  ...[1, 2, 3, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map((n) => n * DAY),
];

/** Merges candles of one length into longer ones that open at round times, and others (bars by volume, months) by their count. */
export function mergeCandles({ length: n, time }: CandleTable, bars: number): Merging {
  let step = Math.max(1, Math.ceil(n / Math.max(1, bars)));
  const candleMs = step === 1 ? Number.NaN : lengthOf(time, n);
  const span = time[n - 1]! - time[0]!;
  // Bars at both ends may be parts of one.
  const barMs = LENGTHS.find((length) => length % candleMs === 0 && span / length <= bars - 2) ?? Number.NaN;
  const ends: number[] = [];
  if (Number.isNaN(barMs)) {
    for (let to = step; to < n + step; to += step) ends.push(Math.min(n, to));
    return { step, ends: n === 0 ? [] : ends, openOf: (at) => at };
  }
  step = barMs / candleMs;
  const openOf = (at: number) => at - (at % barMs);
  for (let from = 0; from < n; ) {
    from = endOf(time, from, Math.min(n, from + step), openOf(time[from]!) + barMs);
    ends.push(from);
  }
  return { step, ends, openOf };
}

/** What all candles last, ms; NaN where they do not open at multiples of one length. */
function lengthOf(time: Float64Array, n: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < Math.min(n, 1000); i++) least = Math.min(least, time[i]! - time[i - 1]!);
  return least >= 1000 && time[0]! % least === 0 && time[n - 1]! % least === 0 ? least : Number.NaN;
}

/** The first candle from `from` on that opens at `time` or later. */
function endOf(times: Float64Array, from: number, limit: number, time: number): number {
  let to = limit;
  while (to > from + 1 && times[to - 1]! >= time) to--;
  return to;
}

/** Candles and their features merged to at most `bars` bars: first open, extremes, last close, and the last value of each feature. */
export function sampleBars(
  candles: CandleTable,
  features: Readonly<Record<string, Float64Array>>,
  { bars, overlays = 6, panes = 3 }: BarLimits,
): BarSample {
  const { step, ends, openOf } = mergeCandles(candles, bars);
  const out: BarSample = { step, t: [], o: [], h: [], l: [], c: [], features: [], omitted: [], empty: [] };
  let before = 0;
  let from = 0;
  for (const to of ends) {
    const seconds = Math.floor(openOf(candles.time[from]!) / 1000);
    out.t.push(seconds - before);
    before = seconds;
    out.o.push(short(candles.open[from]!, 6));
    out.h.push(short(highest(candles.high, from, to), 6));
    out.l.push(short(lowest(candles.low, from, to), 6));
    out.c.push(short(candles.close[to - 1]!, 6));
    from = to;
  }
  placeFeatures(candles, features, out, { overlays, panes, ends });
  return out;
}

/** Functions that are called often are compiled sooner than a long loop. */
function highest(values: Float64Array, from: number, to: number): number {
  let most = values[from]!;
  for (let i = from + 1; i < to; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

function lowest(values: Float64Array, from: number, to: number): number {
  let least = values[from]!;
  for (let i = from + 1; i < to; i++) if (values[i]! < least) least = values[i]!;
  return least;
}

function placeFeatures(
  candles: CandleTable,
  features: Readonly<Record<string, Float64Array>>,
  out: BarSample,
  room: { readonly overlays: number; readonly panes: number; readonly ends: readonly number[] },
): void {
  const paneOf = new Map<string, number>();
  let overlays = 0;
  for (const [name, column] of Object.entries(features)) {
    const kind = placeOf(column, candles.close, name);
    if (kind === 'close') continue;
    if (kind === 'nowhere') {
      out.empty.push(name);
      continue;
    }
    if (out.features.length >= MOST_FEATURES || (kind === 'price' && overlays >= room.overlays)) {
      out.omitted.push(name);
      continue;
    }
    if (kind === 'price') overlays++;
    else if (!paneOf.has(kind)) {
      if (paneOf.size >= room.panes) {
        out.omitted.push(name);
        continue;
      }
      paneOf.set(kind, paneOf.size + 1);
    }
    out.features.push({ name, pane: kind === 'price' ? 0 : paneOf.get(kind)!, values: lastOfEach(column, room.ends) });
  }
}

function lastOfEach(column: Float64Array, ends: readonly number[]): (number | null)[] {
  return ends.map((end) => {
    const value = column[Math.min(column.length, end) - 1];
    return value !== undefined && Number.isFinite(value) ? short(value, 6) : null;
  });
}

/** Where a feature belongs: with the prices when it stays near them, with other 0..100 oscillators, or on a pane of its own; the closes themselves are drawn already. */
function placeOf(column: Float64Array, close: Float64Array, name: string): string {
  const stride = Math.max(1, Math.floor(column.length / 2000));
  let seen = 0;
  let nearPrice = 0;
  let isClose = 0;
  let inHundred = 0;
  let largest = 0;
  for (let i = 0; i < column.length; i += stride) {
    const value = column[i]!;
    if (!Number.isFinite(value)) continue;
    seen++;
    const ratio = value / close[i]!;
    if (ratio > 0.7 && ratio < 1.4) nearPrice++;
    if (ratio === 1) isClose++;
    if (value >= 0 && value <= 100) inHundred++;
    largest = Math.max(largest, Math.abs(value));
  }
  if (seen === 0) return 'nowhere';
  if (isClose === seen) return 'close';
  if (nearPrice > 0.9 * seen) return 'price';
  return inHundred === seen && largest > 20 ? 'oscillators' : `own ${name}`;
}
