import { UsageError } from '../../foundation/errors.ts';

/** Turns what a clock shows, as ms since 1970 of that clock, into ms UTC; NaN for what it skips. */
export type ClockToUtc = (shown: number) => number;

const MINUTE = 60_000;
const HOUR = 3_600_000;

/**
 * The clock of a timezone: `UTC`, a fixed distance from it (`-05:00`), a zone of the IANA database (`America/New_York`), or one that is ahead of
 * such a zone all year (`America/New_York+07:00`, the servers of most MetaTrader brokers). Of an hour that a clock shows twice it takes
 * the first; what it skips is no time.
 * @throws UsageError USAGE_TIMEZONE
 */
export function clockOf(timezone: string): ClockToUtc {
  const [, zone = '', sign, hours, minutes] = /^(.*?)(?:([+-])(\d\d):(\d\d))?$/.exec(timezone.trim())!;
  const ahead = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE);
  const isKnown = (zone !== '' || sign !== undefined) && Math.abs(ahead) <= 14 * HOUR && Number(minutes ?? 0) < 60;
  if (!isKnown) throw unknownZone(timezone);
  if (zone === '' || /^(UTC|GMT)$/i.test(zone)) return (shown) => shown - ahead;
  const offsetAt = offsetsOf(zone, timezone);
  return (shown) => utcOf(shown - ahead, offsetAt);
}

/** The earliest moment at which the clock shows this. */
function utcOf(shown: number, offsetAt: (utc: number) => number): number {
  // Clocks change by a few hours at most: a day before and a day after tell both offsets that it may have.
  for (const offset of [offsetAt(shown - 24 * HOUR), offsetAt(shown + 24 * HOUR)])
    if (offsetAt(shown - offset) === offset) return shown - offset;
  return Number.NaN;
}

/** How far a zone is ahead of UTC, ms; asked for once a quarter of an hour, at which alone clocks change. */
function offsetsOf(zone: string, timezone: string): (utc: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw unknownZone(timezone);
  }
  const known = new Map<number, number>();
  return (utc) => {
    const quarter = Math.floor(utc / (15 * MINUTE));
    const found = known.get(quarter);
    if (found !== undefined) return found;
    const at = quarter * 15 * MINUTE;
    if (!(Math.abs(at) <= 8.64e15)) return Number.NaN;
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year, month, day, hour, minute, second } = parts;
    const offset = Date.UTC(year!, month! - 1, day, hour, minute, second) - at;
    known.set(quarter, offset);
    return offset;
  };
}

function unknownZone(timezone: string): UsageError {
  return new UsageError('USAGE_TIMEZONE', `there is no timezone "${timezone}"`, {
    remedy:
      'Write UTC, a distance from it such as -05:00, a zone such as Europe/Berlin, or a clock ahead of a zone such as America/New_York+07:00.',
  });
}
