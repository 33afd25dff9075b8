import { constants, gunzipSync } from 'node:zlib';
import { didYouMean } from '../../foundation/errors.ts';
import { toUnits } from '../book-events.ts';
import { importError } from './import-error.ts';
import { zipEntries } from './zip.ts';

/** Share of a tick that binary noise of a price may come to. */
const OFF_GRID = 0.01;

/** Text of a file that may be gzipped, zipped (its first entry) or plain. */
export function textOf(bytes: Uint8Array, where: string): string {
  return new TextDecoder('latin1').decode(unpacked(bytes, where));
}

/** What a file begins with, a large one's rest left packed; the cause of a fault further on shows when it is read. */
export function headOf(bytes: Uint8Array, where: string): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const head = isGzip ? unpacked(bytes.subarray(0, 1 << 16), where, true) : unpacked(bytes, where);
  return new TextDecoder('latin1').decode(head.subarray(0, 2048));
}

/** Bytes of a file that may be gzipped, zipped (its first entry) or plain. @throws TidegateError BOOK_IMPORT_INVALID when it is cut short */
export function unpacked(bytes: Uint8Array, where: string, isPart = false): Uint8Array {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return zipEntries(bytes, where)[0]?.read() ?? new Uint8Array();
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, isPart ? { finishFlush: constants.Z_SYNC_FLUSH } : {});
  } catch (cause) {
    throw importError(
      `The file cannot be unpacked (${(cause as Error).message})`,
      where,
      'It is cut short: download it again.',
    );
  }
}

/** A CSV file's columns by name and its rows as fields. */
export interface Csv {
  /**
   * Position of a column.
   * @throws TidegateError BOOK_IMPORT_INVALID naming the columns there are
   */
  readonly column: (name: string) => number;
  readonly has: (name: string) => boolean;
  /** Calls back for each row with its line number in the file. */
  readonly forEach: (onRow: (fields: readonly string[], line: number) => void) => void;
}

/**
 * Splits a CSV of numbers and plain words (no quotes). `names` are its columns when the file has no header line.
 * @throws TidegateError BOOK_IMPORT_INVALID for an empty file, or when a row has fewer fields than the columns that are asked for
 */
export function readCsv(bytes: Uint8Array, where: string, names?: readonly string[]): Csv {
  const text = textOf(bytes, where);
  const firstEnd = text.indexOf('\n') < 0 ? text.length : text.indexOf('\n');
  const first = text.slice(0, firstEnd).trim().split(',');
  if (first.length < 2) throw importError('The file is empty or not comma-separated', where, 'Check the download.');
  const hasHeader = !/^-?[\d.]+$/.test(first[0]!);
  if (!hasHeader && !names) throw importError('The file has no header line', where, "Add one with the columns' names.");
  const header = hasHeader ? first.map(columnName) : [...names!];
  let widest = 0;
  return {
    has: (name) => header.includes(name),
    column(name) {
      const at = header.indexOf(name);
      if (at < 0)
        throw importError(
          `The file has no column "${name}", only ${header.join(', ')}`,
          where,
          didYouMean(name, header),
        );
      widest = Math.max(widest, at + 1);
      return at;
    },
    forEach(onRow) {
      let line = hasHeader ? 2 : 1;
      let from = hasHeader ? firstEnd + 1 : 0;
      while (from < text.length) {
        const end = text.indexOf('\n', from);
        const to = end < 0 ? text.length : end;
        if (to > from) {
          const fields = text.slice(from, text.charCodeAt(to - 1) === 13 ? to - 1 : to).split(',');
          if (fields.length < widest)
            throw importError(
              `Line ${line} has ${fields.length} fields of ${header.length}`,
              where,
              'The file is cut short: download it again.',
            );
          onRow(fields, line);
        }
        from = to + 1;
        line++;
      }
    },
  };
}

/**
 * A number of a field.
 * @throws TidegateError BOOK_IMPORT_INVALID naming line and column
 */
export function numberIn(fields: readonly string[], at: number, line: number, where: string): number {
  const value = Number(fields[at]);
  if (Number.isFinite(value) && fields[at] !== '') return value;
  throw importError(
    `Line ${line}, field ${at + 1}: "${fields[at]}" is not a number`,
    where,
    'Repair or cut the file there.',
  );
}

/** A column as it is named; what follows a slash is a translation (OKX's older dumps). */
export function columnName(text: string): string {
  return text.trim().replace(/\/.*$/, '');
}

/**
 * A price of a field as whole ticks.
 * @throws TidegateError BOOK_IMPORT_INVALID naming line and column; a price between two ticks means that the tick is not the file's
 */
export function ticksIn(fields: readonly string[], at: number, line: number, where: string, tickSize: number): number {
  const price = numberIn(fields, at, line, where);
  const ticks = toUnits(price, tickSize);
  if (Math.abs(price / tickSize - ticks) < OFF_GRID) return ticks;
  throw importError(
    `Line ${line}, field ${at + 1}: the price ${fields[at]} is no multiple of the tick ${tickSize}`,
    where,
    'Give the tick that the pair had then: --tick.',
  );
}

/** ns since `originMs` of a time written in whole s, ms, µs or ns since 1970: its number of digits tells which. */
export function timeSince(text: string, originMs: number): number {
  const digits = text.length;
  if (digits <= 10) return (Number(text) * 1000 - originMs) * 1e6;
  const ms = Number(text.slice(0, 13)) - originMs;
  const rest = text.slice(13);
  return ms * 1e6 + (rest === '' ? 0 : Number(rest.padEnd(6, '0')));
}

/** ms since 1970 of the same notation, rounded down: a good origin is a second before the first row. */
export function msOf(text: string): number {
  return text.length <= 10 ? Number(text) * 1000 : Number(text.slice(0, 13));
}
