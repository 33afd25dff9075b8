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
  /** Candles per bar. */
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
}

/** Features drawn on one chart, over the prices and on panes together. */
export const MOST_FEATURES = 12;

/** Room on a chart. */
export interface BarLimits {
  readonly bars: number;
  readonly overlays?: number;
  readonly panes?: number;
}

/** Candles and their features merged to at most `bars` bars: first open, extremes, last close, and the last value of each feature. */
export function sampleBars(
  candles: CandleTable,
  features: Readonly<Record<string, Float64Array>>,
  { bars, overlays = 6, panes = 3 }: BarLimits,
): BarSample {
  const n = candles.length;
  const step = Math.max(1, Math.ceil(n / Math.max(1, bars)));
  const out: BarSample = { step, t: [], o: [], h: [], l: [], c: [], features: [], omitted: [] };
  let before = 0;
  for (let from = 0; from < n; from += step) {
    const to = Math.min(n, from + step);
    const seconds = Math.floor(candles.time[from]! / 1000);
    out.t.push(seconds - before);
    before = seconds;
    out.o.push(short(candles.open[from]!, 6));
    out.h.push(short(highest(candles.high, from, to), 6));
    out.l.push(short(lowest(candles.low, from, to), 6));
    out.c.push(short(candles.close[to - 1]!, 6));
  }
  placeFeatures(candles, features, out, { overlays, panes });
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
  room: { readonly overlays: number; readonly panes: number },
): void {
  const paneOf = new Map<string, number>();
  let overlays = 0;
  for (const [name, column] of Object.entries(features)) {
    const kind = placeOf(column, candles.close, name);
    const isFull = out.features.length >= MOST_FEATURES || (kind === 'price' && overlays >= room.overlays);
    if (kind === 'nowhere' || isFull) {
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
    out.features.push({ name, pane: kind === 'price' ? 0 : paneOf.get(kind)!, values: lastOfEach(column, out) });
  }
}

function lastOfEach(column: Float64Array, { t, step }: BarSample): (number | null)[] {
  return t.map((_, bar) => {
    const value = column[Math.min(column.length, (bar + 1) * step) - 1];
    return value !== undefined && Number.isFinite(value) ? short(value, 6) : null;
  });
}

/** Where a feature belongs: with the prices when it stays near them, with other 0..100 oscillators, or on a pane of its own. */
function placeOf(column: Float64Array, close: Float64Array, name: string): string {
  const stride = Math.max(1, Math.floor(column.length / 2000));
  let seen = 0;
  let nearPrice = 0;
  let inHundred = 0;
  let largest = 0;
  for (let i = 0; i < column.length; i += stride) {
    const value = column[i]!;
    if (!Number.isFinite(value)) continue;
    seen++;
    const ratio = value / close[i]!;
    if (ratio > 0.7 && ratio < 1.4) nearPrice++;
    if (value >= 0 && value <= 100) inHundred++;
    largest = Math.max(largest, Math.abs(value));
  }
  if (seen === 0) return 'nowhere';
  if (nearPrice > 0.9 * seen) return 'price';
  return inHundred === seen && largest > 20 ? 'oscillators' : `own ${name}`;
}
