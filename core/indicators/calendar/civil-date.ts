export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The year that began on the last 1 March, of a count of days since 1970-01-01, proleptic Gregorian (H. Hinnant, days_from_civil). */
function marchYearOf(days: number): number {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  return yoe + era * 400;
}

/** Days since the last 1 March. */
function dayOfMarchYear(days: number): number {
  return days - daysOf(marchYearOf(days), 3, 1);
}

/** Year of a count of days since 1970-01-01. */
export function yearOf(days: number): number {
  return marchYearOf(days) + (dayOfMarchYear(days) >= 306 ? 1 : 0);
}

/** Month (1..12) of a count of days since 1970-01-01. */
export function monthOf(days: number): number {
  const sinceMarch = Math.floor((5 * dayOfMarchYear(days) + 2) / 153);
  return sinceMarch < 10 ? sinceMarch + 3 : sinceMarch - 9;
}

/** Day of the month of a count of days since 1970-01-01. */
export function dayOf(days: number): number {
  const day = dayOfMarchYear(days);
  return day - Math.floor((153 * Math.floor((5 * day + 2) / 153) + 2) / 5) + 1;
}

/** Days from 1970-01-01 to a date. */
export function daysOf(year: number, month: number, day: number): number {
  const y = year - (month <= 2 ? 1 : 0);
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719_468;
}

/** Day of the week of a day count, Monday 0 to Sunday 6. */
export function weekdayOf(days: number): number {
  return (((days + 3) % 7) + 7) % 7;
}

/** Day count of the n-th (1..) Sunday of a month. */
function sundayOf(year: number, month: number, n: number): number {
  const first = daysOf(year, month, 1);
  return first + (6 - weekdayOf(first)) + 7 * (n - 1);
}

/** Offset of New York from UTC in hours at a moment: -4 between the second Sunday of March and the first of November (law since 2007), else -5. */
export function newYorkOffset(timeMs: number): number {
  const year = yearOf(Math.floor(timeMs / DAY_MS));
  const start = sundayOf(year, 3, 2) * DAY_MS + 7 * HOUR_MS;
  const end = sundayOf(year, 11, 1) * DAY_MS + 6 * HOUR_MS;
  return timeMs >= start && timeMs < end ? -4 : -5;
}
