const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Hours that New York is behind UTC: 4 in daylight saving time (second Sunday of March 2:00 to first Sunday of November 2:00 local,
 * the United States' rule since 2007), else 5.
 */
export function newYorkOffsetHours(time: number): number {
  const year = new Date(time).getUTCFullYear();
  const begins = nthSunday(year, 2, 2) + 7 * HOUR;
  const ends = nthSunday(year, 10, 1) + 6 * HOUR;
  return time >= begins && time < ends ? 4 : 5;
}

/** Whether the forex market quotes at `time` (ms UTC): from Sunday 17:00 to Friday 17:00, New York time. */
export function isForexOpen(time: number): boolean {
  const local = new Date(time - newYorkOffsetHours(time) * HOUR);
  const day = local.getUTCDay();
  const hour = local.getUTCHours();
  if (day === 6) return false;
  if (day === 0) return hour >= 17;
  return day !== 5 || hour < 17;
}

function nthSunday(year: number, month: number, n: number): number {
  const first = Date.UTC(year, month, 1);
  const toSunday = (7 - new Date(first).getUTCDay()) % 7;
  return first + (toSunday + 7 * (n - 1)) * DAY;
}
