import { TidegateError } from '../foundation/errors.ts';
import { type BarSpec, barSpec } from './bar-spec.ts';

/**
 * A candle length such as `1m`, `4h`, `1d`, `1w` or `1M`. Days start at 00:00 UTC, weeks on Monday, months on the first.
 * Timeframes are calendar functions: a month has no fixed length, so go through `openOf` and `closeOf`.
 */
export interface Timeframe {
  readonly name: string;
  /** Length in ms; for months the shortest possible (28 days), good for orders of magnitude only. */
  readonly ms: number;
  /** False for months, the only ones without one length. */
  readonly isFixed: boolean;
  /**
   * Set where bars end by what was traded, not by the clock. Such a bar stands at the last ms before it ended, one ms long: what happens in it is known,
   * and booked, when it ends.
   */
  readonly bars?: BarSpec;
  /** Opening time (ms UTC) of the candle that contains `time`. */
  openOf(time: number): number;
  /** Closing time (exclusive, = opening time of the next candle) of the candle that opens at `openTime`. */
  closeOf(openTime: number): number;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** 1970-01-05 was a Monday. */
const MONDAY_MS = 4 * 86_400_000;
const known = new Map<string, Timeframe>();

/**
 * Reads a timeframe name: a count and one of s, m, h, d, w, M; or bars by what was traded (`vol:1000`, see `BarSpec`).
 * @throws TidegateError TIMEFRAME_INVALID
 */
export function timeframe(name: string): Timeframe {
  const found = known.get(name) ?? parse(name);
  known.set(name, found);
  return found;
}

function parse(name: string): Timeframe {
  const bars = barSpec(name);
  if (bars) return { name, ms: 1, isFixed: true, bars, openOf: Math.floor, closeOf: (openTime) => openTime + 1 };
  const match = /^([1-9]\d{0,3})([smhdwM])$/.exec(name);
  if (!match)
    throw new TidegateError('TIMEFRAME_INVALID', `"${name}" is not a timeframe`, {
      remedy:
        'Use a count and a unit: 1m, 5m, 15m, 1h, 4h, 1d, 1w or 1M (month); or bars such as vol:1000 or tick:500.',
    });
  const count = Number(match[1]);
  const unit = match[2]!;
  if (unit === 'M') return months(name, count);
  const ms = count * UNIT_MS[unit]!;
  const anchor = unit === 'w' ? MONDAY_MS : 0;
  return {
    name,
    ms,
    isFixed: true,
    openOf: (time) => Math.floor((time - anchor) / ms) * ms + anchor,
    closeOf: (openTime) => openTime + ms,
  };
}

function months(name: string, count: number): Timeframe {
  const start = (index: number) => Date.UTC(1970, index, 1);
  const indexOf = (time: number) => {
    const date = new Date(time);
    return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
  };
  return {
    name,
    ms: count * 28 * 86_400_000,
    isFixed: false,
    openOf: (time) => start(Math.floor(indexOf(time) / count) * count),
    closeOf: (openTime) => start(indexOf(openTime) + count),
  };
}

/**
 * The detail timeframe of candles of `frame`: shorter candles that make them up. Null where none is asked for, or it is their own.
 * @throws TidegateError TIMEFRAME_INVALID; CONFIG_VALUE for one that is longer, or of which no whole number makes a candle
 */
export function detailOf(detailTimeframe: string | undefined, frame: string): string | null {
  if (detailTimeframe === undefined || detailTimeframe === frame) return null;
  const detail = timeframe(detailTimeframe);
  const whole = timeframe(frame);
  const refuse = (why: string) =>
    new TidegateError('CONFIG_VALUE', `a detail of ${detailTimeframe} ${why}`, {
      where: 'detailTimeframe',
      remedy: 'Give a shorter timeframe, such as 1m, or leave it out.',
    });
  if (detail.bars) throw refuse('does not end by the clock');
  if (whole.bars) return detailTimeframe;
  if (detail.ms > whole.ms) throw refuse(`is longer than ${frame}`);
  if (whole.ms % detail.ms !== 0) throw refuse(`does not make up ${frame}`);
  return detailTimeframe;
}
