import { UsageError } from '../../foundation/errors.ts';
import { parseTime, plainClock, textOf } from './parse-number.ts';
import type { CsvColumn } from './read-csv.ts';
import { type ClockToUtc, clockOf } from './timezone.ts';

/** How the texts of a file are to be read where they do not say it themselves. */
export interface TextRules {
  /** The order of 01/02/2024. With points, the day comes first if nothing is said. */
  readonly dates?: 'day-first' | 'month-first';
  /** The clock of times that name no zone, see `clockOf`. */
  readonly timezone?: string;
  /** Numbers are written 1,5. */
  readonly decimalComma?: boolean;
  /** Candles need no column of volumes: nothing is known of them. */
  readonly noVolume?: boolean;
}

/** What is known of a file's times beforehand. */
export interface TimeColumn {
  readonly dates: TextRules['dates'];
  /** Null where none was named. */
  readonly clock: ClockToUtc | null;
  /** The clock stands in a column of its own. */
  readonly isApart: boolean;
  /** A clock that is not said to be UTC's, of such files rarely is: it must be named. */
  readonly needsClock: boolean;
}

/** The clock of the rules. @throws UsageError USAGE_TIMEZONE */
export function clockOfRules({ timezone }: TextRules): ClockToUtc | null {
  return timezone === undefined ? null : clockOf(timezone);
}

const YEAR_FIRST = String.raw`(?<year>\d{4})(?<dash>[-/.])(?<month>\d\d?)\k<dash>(?<day>\d\d?)`;
const YEAR_LAST = String.raw`(?<one>\d\d?)(?<mark>[-/.])(?<other>\d\d?)\k<mark>(?<last>\d{4})`;
const CLOCK = String.raw`(?:(?<hour>\d\d?):(?<minute>\d\d)(?::(?<sec>\d\d(?:[.,]\d{1,9})?))?(?: ?(?<half>[AP])M)?|(?<clock>\d{4}|\d{6}))`;
const ZONE = String.raw` ?(?:(?:GMT|UTC)?(?<ahead>[+-]\d\d:?(?:\d\d)?)|Z|UTC|GMT)`;
const WRITTEN = new RegExp(
  `^(?:${YEAR_FIRST}|(?<digits>\\d{8})|${YEAR_LAST})(?:[ T]+${CLOCK}(?<zone>${ZONE})?)?$`,
  'i',
);
const CLOCK_ALONE = new RegExp(`^${CLOCK}$`, 'i');

/** Whether a text is a time of day: 09:30, 9:30:00 PM, 093000, 0930. */
export function isClock(text: string): boolean {
  return CLOCK_ALONE.test(text);
}

/** The reader of a column of times. */
export function timeColumn(known: TimeColumn): CsvColumn {
  const { dates, clock, isApart, needsClock } = known;
  const toUtc = clock ?? ((shown: number) => (needsClock ? Number.NaN : shown));
  const parse = (bytes: Uint8Array, from: number, to: number): number => {
    if (!clock && !needsClock) {
      const time = parseTime(bytes, from, to);
      if (!Number.isNaN(time)) return time;
    }
    // The same in a tenth of the time.
    const plain = clock && !isApart ? plainClock(bytes, from, to) : Number.NaN;
    if (clock && !Number.isNaN(plain)) return clock(plain);
    const written = readWritten(textOf(bytes, from, to), dates);
    if (typeof written === 'string') return Number.NaN;
    if (written) return written.zone ?? (isApart ? written.shown : toUtcOf(written, toUtc, clock));
    return clock || needsClock ? countIn(bytes, from, to) : Number.NaN;
  };
  return {
    name: 'time',
    parse,
    refusal: (text) => refusalOf(text, known),
    ...(isApart && { join: (date: number, time: number) => toUtc(date + time) }),
  };
}

/** The reader of the clocks of times whose dates stand in another column: ms of the day. */
export const clockColumn: CsvColumn = {
  name: 'clock',
  parse(bytes, from, to) {
    const match = CLOCK_ALONE.exec(textOf(bytes, from, to));
    return match ? msOfDay(match.groups!) : Number.NaN;
  },
};

interface Written {
  /** What the clock shows, ms since 1970 of that clock. */
  readonly shown: number;
  /** Ms UTC, where the text names its zone. */
  readonly zone: number | undefined;
  readonly isTogether: boolean;
}

function toUtcOf({ shown, isTogether }: Written, toUtc: ClockToUtc, clock: ClockToUtc | null): number {
  return isTogether && !clock ? Number.NaN : toUtc(shown);
}

type Groups = Readonly<Record<string, string | undefined>>;

/** Reads a date, perhaps with a clock and a zone. @returns undefined for other texts, 'order' where day and month cannot be told */
function readWritten(text: string, dates: TextRules['dates']): Written | 'order' | undefined {
  const groups: Groups | undefined = WRITTEN.exec(text.replace(/^(\d{8})(\d{6})$/, '$1 $2'))?.groups;
  if (!groups) return undefined;
  const { digits, mark, zone, ahead } = groups;
  const order = dates ?? (mark === '.' ? 'day-first' : undefined);
  if (mark && !order) return 'order';
  const midnight = midnightOf(groups, order);
  if (Number.isNaN(midnight)) return undefined;
  const hasClock = groups.hour !== undefined || groups.clock !== undefined;
  const shown = midnight + (hasClock ? msOfDay(groups) : 0);
  return {
    shown,
    zone: zone === undefined ? undefined : shown - msAhead(ahead),
    // A day without a clock is a day of UTC, as that of an ISO date is.
    isTogether: digits !== undefined && hasClock,
  };
}

function midnightOf(groups: Groups, order: TextRules['dates']): number {
  const { year, month, day, digits, one, other, last } = groups;
  const parts =
    digits !== undefined
      ? [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)]
      : year !== undefined
        ? [year, month, day]
        : order === 'day-first'
          ? [last, other, one]
          : [last, one, other];
  const [y, m, d] = parts.map(Number) as [number, number, number];
  const midnight = Date.UTC(y, m - 1, d);
  // Date.UTC carries over: the 30th of February would be in March.
  return m >= 1 && m <= 12 && new Date(midnight).getUTCDate() === d ? midnight : Number.NaN;
}

/** A time of day as ms; NaN for what no clock shows. */
function msOfDay({ hour, minute, sec, half, clock }: Groups): number {
  const [h, m, s] = [hour ?? clock?.slice(0, 2), minute ?? clock?.slice(2, 4), sec ?? (clock?.slice(4) || 0)].map(
    (part) => Number(String(part).replace(',', '.')),
  ) as [number, number, number];
  if (m >= 60 || s >= 60 || h >= 24 || (half && (h < 1 || h > 12))) return Number.NaN;
  const hours = half ? (h % 12) + (/p/i.test(half) ? 12 : 0) : h;
  return (hours * 60 + m) * 60_000 + Math.round(s * 1e9) / 1e6;
}

/** How far a zone such as +0100, -05:00 or +01 is ahead of UTC, ms. */
function msAhead(zone = '+00'): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return (zone.startsWith('-') ? -60_000 : 60_000) * minutes;
}

/** A count of seconds, ms, µs or ns since 1970: it has no clock. */
function countIn(bytes: Uint8Array, from: number, to: number): number {
  return /^\d{9,}(\.\d+)?$/.test(textOf(bytes, from, to)) ? parseTime(bytes, from, to) : Number.NaN;
}

/** Why a text is no time as things are, and what would make it one; null where nothing would. */
function refusalOf(text: string, { dates, clock, isApart, needsClock }: TimeColumn): Refusal | null {
  const written = readWritten(text, dates);
  if (written === 'order')
    return {
      what: `"${text}" does not say whether the day or the month comes first`,
      remedy: 'Say it: `tidegate data import --dates day-first` or `--dates month-first`.',
    };
  if (written && !clock && written.zone === undefined && (isApart || needsClock || written.isTogether))
    return {
      what: `"${text}" does not say by which clock, and files like this rarely are in UTC`,
      remedy:
        'Say it with `tidegate data import --timezone`: UTC, -05:00 (HistData), America/New_York+07:00 (most MetaTrader brokers), Europe/Warsaw ….',
    };
  return null;
}

/** What is wrong with a cell, and what to do. */
export interface Refusal {
  readonly what: string;
  readonly remedy: string;
}

/** Rules that only texts can need, given for a file of another format, would do nothing. @throws UsageError USAGE_TEXT_RULES */
export function refuseTextRules({ dates, timezone, decimalComma }: TextRules, where: string): void {
  const given = [dates && '--dates', timezone && '--timezone', decimalComma && '--decimal-comma'].filter(Boolean);
  if (given.length > 0)
    throw new UsageError(
      'USAGE_TEXT_RULES',
      `${given.join(', ')} is for texts (CSV, JSON); this format has numbers and UTC`,
      {
        where,
        remedy: 'Leave it out for this file.',
      },
    );
}
