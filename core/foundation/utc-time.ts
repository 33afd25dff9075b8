const DATE =
  /^(\d{4})([-/.])(\d\d)\2(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))? ?(?:Z|UTC|([+-]\d\d)(?::?(\d\d))?)?$/i;

/**
 * A time written year first (`2024-03-05`, `2024/03/05 10:00`, `2024-03-05T10:00:00+01:00`) as ms UTC, which holds where no zone stands. NaN for
 * anything else: what `Date.parse` makes of other texts depends on the machine's zone, and takes the day for the month.
 */
export function utcTime(text: string): number {
  const [, year, , month, day, clock = '00:00', hours, minutes = '00'] = DATE.exec(text.trim()) ?? [];
  return Date.parse(`${year}-${month}-${day}T${clock}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
}
