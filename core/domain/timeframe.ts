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
 * @throws TidegateError TIMEFRAME_VALUE
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
    throw new TidegateError('TIMEFRAME_VALUE', `"${name}" is not a timeframe`, {
      remedy: `${meant(name)}Use a count and a unit: 1m, 5m, 15m, 1h, 4h, 1d, 1w or 1M (month); or bars such as vol:1000 or tick:500.`,
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

/** What other programs write as `1H`, `5min`, `15` or `1day`, in our words with a blank behind; else nothing. */
function meant(name: string): string {
  const [, count, word] = /^([1-9]\d{0,3}) ?([a-z]*)$/.exec(name.trim().toLowerCase()) ?? [];
  if (count === undefined) return '';
  const unit = /^mo(n|nths?)?$/.test(word!) ? 'M' : /^(s|m|h|d|w)/.exec(word || 'm')?.[0];
  return unit === undefined ? '' : `Did you mean "${count}${unit}"? `;
}

const DAY_MS = 86_400_000;

/**
 * Refuses timeframes that no exchange has: candles that do not make up a day or a year (`7m`, `5M`) drift against it, and lengths that have a shorter
 * name (`60m`) would not be found under theirs.
 * @throws TidegateError TIMEFRAME_VALUE
 */
export function checkCommonTimeframe(name: string): void {
  const { ms, bars } = timeframe(name);
  if (bars) return;
  const [count, unit] = [Number.parseInt(name, 10), name.at(-1)!];
  const refuse = (what: string, remedy: string) => new TidegateError('TIMEFRAME_VALUE', what, { remedy });
  if (unit === 'M') {
    if (12 % count === 0 || count % 12 === 0) return;
    throw refuse(
      `"${name}" is ${count} months, which no exchange has as a candle`,
      `M is a month, m a minute: did you mean "${count}m"?`,
    );
  }
  const longer = { s: 'm', m: 'h', h: 'd' }[unit];
  const times = longer && ms / UNIT_MS[longer]!;
  if (times && Number.isInteger(times)) {
    const plain = times % 24 === 0 && longer === 'h' ? `${times / 24}d` : `${times}${longer}`;
    throw refuse(`"${name}" has another name`, `Write ${plain}.`);
  }
  if (ms < DAY_MS ? DAY_MS % ms === 0 : ms % DAY_MS === 0) return;
  const near = [count - 1, count + 1, count - 2, count + 2, count - 3, count + 3].find(
    (n) => n > 0 && DAY_MS % (n * UNIT_MS[unit]!) === 0,
  );
  throw refuse(
    `"${name}" candles do not make up a day, and no exchange has them`,
    `Use one that does, such as ${near ? `${near}${unit}` : '5m, 15m or 1h'}.`,
  );
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
 * @throws TidegateError TIMEFRAME_VALUE; CONFIG_VALUE for one that is longer, or of which no whole number makes a candle
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
