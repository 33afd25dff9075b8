import { msOf } from './fields.ts';
import { importError } from './import-error.ts';

/**
 * ms UTC of the time of a periodic summary: `2023-01-01 00:00:06`, or a whole number since 1970.
 * @throws TidegateError BOOK_IMPORT naming line and column
 */
export function summaryTime(fields: readonly string[], at: number, line: number, where: string): number {
  const text = fields[at]!.trim();
  const ms = /^\d+$/.test(text) ? msOf(text) : Date.parse(`${text.replace(' ', 'T')}Z`);
  if (Number.isFinite(ms)) return ms;
  throw importError(
    `Line ${line}, field ${at + 1}: "${fields[at]}" is no time`,
    where,
    'Times are like 2023-01-01 00:00:06 (UTC), or numbers since 1970.',
  );
}
