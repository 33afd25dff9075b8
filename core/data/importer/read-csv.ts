import { TidegateError } from '../../foundation/errors.ts';
import { parseNumber, readPlain, textOf } from './parse-number.ts';
import type { Refusal } from './written-time.ts';

/** How one column of a CSV is read: its name in our table and its cell parser. */
export interface CsvColumn {
  readonly name: string;
  parse(bytes: Uint8Array, from: number, to: number): number;
  /** The same of what a format with numbers holds; as it is where not given. */
  ofNumber?(x: number): number;
  /** What to do about a text that is none, where it could be one. */
  refusal?(text: string): Refusal | null;
  /** Of a date: the time that it makes with the one of the column `clock` in its row. */
  join?(date: number, clock: number): number;
}

/** Rows of a table as named columns of one length. */
export interface RawTable {
  readonly length: number;
  readonly columns: Record<string, Float64Array>;
}

/** What the first line of a CSV says of all others. */
interface Layout {
  readonly separator: number;
  readonly width: number;
  readonly readers: readonly (CsvColumn | null)[];
  /** Columns whose cells are mostly plain digits, which are read on the way to their ends. */
  readonly plain: readonly ('number' | 'time' | null)[];
}

/**
 * Reads columns of a CSV (comma, semicolon or tab; quotes only around whole cells; titles and comments above the header) into doubles, whole
 * lines by whole lines: what it returns gets any number of them at a time, the file's first ones first, and answers with their rows.
 * @param plan gets the header (lower case), or null where the first line is data already, the cells of the first row and the number of columns;
 *   it answers with a reader per column, null = left out
 * @throws TidegateError DATA_EMPTY, DATA_NAN, DATA_COLUMNS (a line of another width), DATA_FORMAT (not UTF-8, no line feeds)
 */
export function csvReader(
  where: string,
  plan: (header: readonly string[] | null, first: readonly string[], width: number) => readonly (CsvColumn | null)[],
): (lines: Uint8Array) => RawTable {
  let layout: Layout | null = null;
  let linesBefore = 0;
  let isFirstRow = true;

  const begin = (bytes: Uint8Array): number => {
    const { start, end, skipped } = firstLine(bytes, where);
    linesBefore = skipped;
    const first = textOf(bytes, start, end);
    const separator = separatorOf(first);
    const cells = cellsOf(bytes.subarray(start, end), separator);
    const isHeader = !/^-?[\d.]/.test(cells[0]!);
    const header = isHeader ? cells.map((cell) => cell.toLowerCase()) : null;
    const next = isHeader ? cellsOf(bytes.subarray(end + 1, endOfLine(bytes, end + 1)), separator) : cells;
    const readers = plan(header, next, cells.length);
    const plain = readers.map((reader) =>
      reader?.parse === parseNumber ? 'number' : reader?.name === 'time' ? 'time' : null,
    );
    layout = { separator, width: cells.length, readers, plain };
    if (isHeader) linesBefore++;
    return isHeader ? end + 1 : start;
  };

  return (bytes) => {
    const from = layout ? 0 : begin(bytes);
    const { width, readers } = layout!;
    const capacity = countLines(bytes, from);
    const columns = readers.map((reader) => (reader ? new Float64Array(capacity) : null));
    let length = 0;
    for (let at = from; at < bytes.length; linesBefore++) {
      const start = at;
      let count = 0;
      let end: number;
      do {
        end = readCell(bytes, at, layout!, count, columns[count], length);
        count++;
        at = end + 1;
      } while (end < bytes.length && bytes[end] !== 10);
      const isBlank = end === start || (end === start + 1 && bytes[start] === 13);
      if (isBlank) continue;
      if (count !== width)
        throw new TidegateError('DATA_COLUMNS', `line ${linesBefore + 1} has ${count} cells instead of ${width}`, {
          where,
          remedy: 'Correct the line, or cut a half-written last line off.',
        });
      if (isFirstRow) checkFirst(bytes.subarray(start, end), layout!, columns, where);
      isFirstRow = false;
      length++;
    }
    const named = readers.flatMap((reader, i) =>
      reader ? [[reader.name, columns[i]!.subarray(0, length)] as const] : [],
    );
    return { length, columns: joined(Object.fromEntries(named), readers) };
  };
}

/** Dates and their clocks as times. */
function joined(
  { clock, ...columns }: Record<string, Float64Array>,
  readers: readonly (CsvColumn | null)[],
): Record<string, Float64Array> {
  const join = readers.find((reader) => reader?.join)?.join;
  if (join && clock) columns.time = columns.time!.map((date, i) => join(date, clock[i]!));
  return columns;
}

/** The separator that stands in a line most often; of equals the one that is least likely to be in a number. */
function separatorOf(line: string): number {
  const count = (sign: string) => line.split(sign).length;
  const [tab, semicolon, comma] = [count('\t'), count(';'), count(',')];
  return tab > 1 && tab >= semicolon && tab >= comma ? 9 : semicolon > 1 && semicolon >= comma ? 59 : 44;
}

/** Lines above a table that are looked through for it. */
const MOST_ABOVE = 20;

/** The first line of the table: what stands above it (a title, a link, comments, blank lines) has no separator or begins with #. */
function firstLine(bytes: Uint8Array, where: string) {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isWide) throw unreadableText('this text is UTF-16', 'Save it as UTF-8.', where);
  const top = bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
  let skipped = 0;
  for (let start = top; start < bytes.length && skipped < MOST_ABOVE; skipped++) {
    const end = endOfLine(bytes, start);
    const line = textOf(bytes, start, end);
    if (line.includes('\r'))
      throw unreadableText('its lines end with carriage returns alone', 'Save it with line feeds (LF or CRLF).', where);
    if (/[,;\t]/.test(line) && !line.startsWith('#')) return { start, end, skipped };
    start = end + 1;
  }
  const end = endOfLine(bytes, top);
  if (textOf(bytes, top, end) === '') throw emptyFile(where);
  return { start: top, end, skipped: 0 };
}

function unreadableText(what: string, remedy: string, where: string): TidegateError {
  return new TidegateError('DATA_FORMAT', what, { where, remedy });
}

/** Cells of a line without blanks and quotes. */
function cellsOf(line: Uint8Array, separator: number): readonly string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    const end = endOfCell(line, at, separator);
    cells.push(textOf(line, at, end).replaceAll('"', ''));
    at = end + 1;
  }
  return cells;
}

/** A cell of the first row that says something, but no number, says how the others are written: better told here than as a missing value. */
function checkFirst(
  line: Uint8Array,
  { separator, readers }: Layout,
  columns: readonly (Float64Array | null)[],
  where: string,
): void {
  const cells = cellsOf(line, separator);
  for (const [c, reader] of readers.entries()) {
    const text = cells[c] ?? '';
    if (!reader || /^(|-|nan|null|none|n\/?a)$/i.test(text)) continue;
    const refused = reader.refusal?.(text);
    if (refused) throw new TidegateError('DATA_NAN', refused.what, { where, remedy: refused.remedy });
    if (!Number.isNaN(columns[c]![0])) continue;
    throw new TidegateError(
      'DATA_NAN',
      `"${text}" in the column ${reader.name} is no ${reader.name === 'time' ? 'time' : 'number'}`,
      {
        where,
        remedy:
          reader.name === 'time'
            ? 'Write ISO dates (UTC where they name no zone), or seconds, ms, µs or ns since 1970; other ways are in docs/reference/data.md.'
            : 'Write numbers with a point before their decimals and nothing between thousands; of 1,5 say so with `tidegate data import --decimal-comma`.',
      },
    );
  }
}

/** Reads one cell, if it is wanted. @returns where it ends: at a separator, a line feed or the end */
function readCell(
  bytes: Uint8Array,
  from: number,
  { separator, readers, plain }: Layout,
  index: number,
  column: Float64Array | null | undefined,
  row: number,
): number {
  if (!column) return endOfCell(bytes, from, separator);
  const kind = plain[index];
  if (kind) {
    const end = readPlain(bytes, from, separator, column, row);
    // Thirteen digits of a time are milliseconds.
    if (end >= 0 && (kind === 'number' || (end - from === 13 && column[row]! >= 1e12))) return end;
  }
  const end = endOfCell(bytes, from, separator);
  // A carriage return before the line's end is no part of the cell.
  const isReturned = bytes[end - 1] === 13 && end > from && bytes[end] !== separator;
  column[row] = readers[index]!.parse(bytes, from, isReturned ? end - 1 : end);
  return end;
}

function endOfCell(bytes: Uint8Array, from: number, separator: number): number {
  let end = from;
  if (bytes[from] === 34) {
    const close = bytes.indexOf(34, from + 1);
    // A separator between quotes is none; a quote that is not closed in its line is one of its signs.
    if (close >= 0 && close < endOfLine(bytes, from)) end = close;
  }
  while (end < bytes.length && bytes[end] !== separator && bytes[end] !== 10) end++;
  return end;
}

function endOfLine(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(10, from);
  return at < 0 ? bytes.length : at;
}

function countLines(bytes: Uint8Array, from: number): number {
  let lines = 1;
  for (let i = bytes.indexOf(10, from); i >= 0; i = bytes.indexOf(10, i + 1)) lines++;
  return lines;
}

/** The error for a file without rows. */
export function emptyFile(where: string): TidegateError {
  return new TidegateError('DATA_EMPTY', 'the file has no rows', {
    where,
    remedy: 'Download or export it again; nothing was stored.',
  });
}
