import { UsageError } from '../foundation/errors.ts';

/**
 * Reads `20240101-20240201`, `20240101-`, `-20240201`, or with times `20240101T1200-…`; days with dashes (`2024-01-01-2024-02-01`), and seconds
 * or ms UTC on either side, too.
 * @returns opening times, ms UTC: from <= t < to
 * @throws UsageError USAGE_TIMERANGE
 */
export function parseTimerange(text: string): { readonly from?: number; readonly to?: number } {
  const compact = text.trim().replace(/(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/g, '$1$2$3');
  const parts = /^([\dT:]*)\s*-\s*([\dT:]*)$/.exec(compact);
  if (!parts || (!parts[1] && !parts[2])) throw invalid(text);
  const from = parts[1] ? moment(parts[1], text) : undefined;
  const to = parts[2] ? moment(parts[2], text) : undefined;
  if (from !== undefined && to !== undefined && from >= to)
    throw new UsageError(
      'USAGE_TIMERANGE',
      `the time range "${text}" ${from === to ? 'is empty: it ends where it starts' : 'ends before it starts'}`,
      { remedy: 'The end is exclusive: one day is 20240101-20240102.' },
    );
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function moment(text: string, whole: string): number {
  if (/^\d{12,13}$/.test(text)) return Number(text);
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1000;
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2}):?(\d{2})?)?$/.exec(text);
  if (!match) throw invalid(whole);
  const [year, month, day, hour = 0, minute = 0] = match
    .slice(1)
    .map((x) => (x === undefined ? undefined : Number(x))) as [number, number, number, number?, number?];
  const time = Date.UTC(year, month - 1, day, hour, minute);
  const date = new Date(time);
  // Date.UTC carries over: the 30th of February, month 13, hour 25 would become other moments.
  const isReal =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute;
  if (!isReal) throw invalid(whole);
  return time;
}

function invalid(text: string): UsageError {
  return new UsageError('USAGE_TIMERANGE', `"${text}" is not a time range`, {
    remedy:
      'Write UTC days as 20240101-20240201, or with times as 20240101T1200-20240102T0000; either end may be left out.',
  });
}
