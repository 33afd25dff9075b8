import type { CandleTable } from '../../domain/candles.ts';
import { lowerBound } from '../../domain/candles.ts';
import { drawAt } from '../../foundation/rng.ts';

/** Price (quote) and traded volume (base) of one step of market time. */
export interface WalkStep {
  readonly price: number;
  readonly volume: number;
}

/** Where prices come from: a pure function of market time. */
export interface PriceWalk {
  /** The step that ends at `time` (ms) and took `stepMs`; `null` where there is no market (before, after, a gap). */
  at(time: number, stepMs: number): WalkStep | null;
}

/**
 * Prices inside candles: open, the extreme on the far side of the close, the other extreme, close, straight lines between; a rising
 * candle visits its low first. Every candle that is walked through in four or more steps comes out with its own open, high, low, close.
 */
export function candleWalk(table: CandleTable, candleMs: number): PriceWalk {
  const { time, open, high, low, close, volume, length } = table;
  return {
    at(now, stepMs) {
      const at = now - stepMs;
      let i = lowerBound(time, at);
      if (i === length || time[i]! > at) i--;
      if (i < 0 || at >= time[i]! + candleMs) return null;
      const steps = Math.max(1, Math.round(candleMs / stepMs));
      const k = Math.round((at - time[i]!) / stepMs);
      const rises = close[i]! >= open[i]!;
      const points = [open[i]!, rises ? low[i]! : high[i]!, rises ? high[i]! : low[i]!, close[i]!];
      return { price: steps < 4 ? points[3]! : alongPoints(points, k, steps), volume: volume[i]! / steps };
    },
  };
}

/** The four points fall on steps 0, about a third, about two thirds, and the last. */
function alongPoints(points: readonly number[], k: number, steps: number): number {
  const last = steps - 1;
  const marks = [0, Math.max(1, Math.round(last / 3)), Math.max(2, Math.round((2 * last) / 3)), last];
  for (let p = 1; p < 4; p++) {
    if (k > marks[p]!) continue;
    const share = (k - marks[p - 1]!) / (marks[p]! - marks[p - 1]!);
    return points[p - 1]! + (points[p]! - points[p - 1]!) * share;
  }
  return points[3]!;
}

/** A price path set by hand: straight lines between (time ms, price) points; after the last point its price stays. */
export function scriptedWalk(points: readonly (readonly [timeMs: number, price: number])[]): PriceWalk {
  return {
    at(now) {
      const next = points.findIndex((p) => p[0] >= now);
      if (next === 0) return { price: points[0]![1], volume: 0 };
      if (next < 0) return points.length ? { price: points[points.length - 1]![1], volume: 0 } : null;
      const [t0, p0] = points[next - 1]!;
      const [t1, p1] = points[next]!;
      return { price: p0 + ((p1 - p0) * (now - t0)) / (t1 - t0), volume: 0 };
    },
  };
}

/** Options of a random market. */
export interface RandomCandleOptions {
  readonly seed: string | number;
  readonly name: string;
  readonly from: number;
  readonly length: number;
  readonly candleMs?: number;
  readonly price: number;
  /** Standard deviation of the log return of one candle. */
  readonly sigma?: number;
  /** Mean volume of a candle, base. */
  readonly volume?: number;
}

/** Candles of a seeded random walk: enough for tests and rehearsals; `tidegate data` makes more lifelike ones. */
export function randomCandles(options: RandomCandleOptions): CandleTable {
  const { seed, name, from, length, candleMs = 60_000, price, sigma = 0.0008, volume = 50 } = options;
  const column = () => new Float64Array(length);
  const table = {
    length,
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let last = price;
  for (let i = 0; i < length; i++) {
    const draw = (part: string) => drawAt(seed, name, part, i);
    const step = (draw('a') + draw('b') + draw('c') - 1.5) * 2 * sigma;
    const next = last * Math.exp(step);
    table.time[i] = from + i * candleMs;
    table.open[i] = last;
    table.close[i] = next;
    table.high[i] = Math.max(last, next) * (1 + draw('h') * sigma * 0.5);
    table.low[i] = Math.min(last, next) * (1 - draw('l') * sigma * 0.5);
    table.volume[i] = volume * (0.5 + draw('v'));
    last = next;
  }
  return table;
}
