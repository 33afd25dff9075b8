import { TidegateError } from 'tidegate';

/** A scheduled event. Time ms UTC; fields that the calendar lacks are empty. */
export interface Release {
  readonly time: number;
  readonly title: string;
  readonly impact: string;
  readonly currency: string;
}

/**
 * Reads a calendar: a JSON list of objects, or CSV with a header. Columns in any order, others are passed over.
 * @throws TidegateError NEWS_CALENDAR for what is neither, and for times without a zone, which could mean anything
 */
export function parseCalendar(text: string, where: string): Release[] {
  const rows = /^\s*\[/.test(text) ? jsonRows(text, where) : csvRows(text, where);
  return rows.map((row, k) => {
    const word = (field: string) => String(row[field] ?? '').trim();
    return {
      time: timeOf(row.time, `${where}, event ${k + 1}`),
      title: word('title'),
      impact: word('impact'),
      currency: word('currency'),
    };
  });
}

function jsonRows(text: string, where: string): Readonly<Record<string, unknown>>[] {
  try {
    return JSON.parse(text) as Record<string, unknown>[];
  } catch (cause) {
    throw new TidegateError('NEWS_CALENDAR', `the calendar is no JSON: ${(cause as Error).message}`, {
      where,
      remedy: 'Give a JSON list of objects with time, title, impact and currency, or CSV.',
      cause,
    });
  }
}

function csvRows(text: string, where: string): Readonly<Record<string, unknown>>[] {
  const [header = [], ...rows] = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(cells);
  const names = header.map((name) => name.trim().toLowerCase());
  if (!names.includes('time'))
    throw new TidegateError(
      'NEWS_CALENDAR',
      `the calendar has the columns ${names.join(', ') || 'none'}, none is "time"`,
      {
        where,
        remedy: 'Give CSV with the header time,title,impact,currency, or a JSON list of such objects.',
      },
    );
  return rows.map((row) => Object.fromEntries(names.map((name, k) => [name, row[k] ?? ''])));
}

/** Fields of a CSV line; quoted ones may hold commas, and quotes doubled. */
function cells(line: string): string[] {
  const out: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    out.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  return out;
}

function timeOf(given: unknown, where: string): number {
  const text = String(given ?? '').trim();
  const hasZone = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)$/.test(text);
  const time = /^\d{12,}$/.test(text)
    ? Number(text)
    : hasZone
      ? Date.parse(text.replace(' ', 'T').replace(' ', ''))
      : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new TidegateError('NEWS_CALENDAR', `${JSON.stringify(given) ?? 'nothing'} is no moment`, {
    where,
    remedy: 'Write times as 2024-03-20T18:00:00Z or with an offset such as +01:00, or in ms UTC.',
  });
}
