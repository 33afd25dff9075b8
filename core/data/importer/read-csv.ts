import { TidegateError } from '../../foundation/errors.ts';
import { textOf } from './parse-number.ts';

/** How one column of a CSV is read: its name in our table and its cell parser. */
export interface CsvColumn {
  readonly name: string;
  parse(bytes: Uint8Array, from: number, to: number): number;
  /** The same of what a format with numbers holds; as it is where not given. */
  ofNumber?(x: number): number;
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
}

/**
 * Reads columns of a CSV (comma, semicolon or tab; quotes only around whole cells) into doubles, whole lines by whole lines: what it
 * returns gets any number of them at a time, the file's first ones first, and answers with their rows.
 * @param plan gets the header (lower case), or null where the first line is data already, with the number of columns;
 *   it answers with a reader per column, null = left out
 * @throws TidegateError DATA_EMPTY, DATA_NAN, DATA_COLUMNS (a line of another width)
 */
export function csvReader(
  where: string,
  plan: (header: readonly string[] | null, width: number) => readonly (CsvColumn | null)[],
): (lines: Uint8Array) => RawTable {
  let layout: Layout | null = null;
  let linesBefore = 0;
  let isFirstRow = true;

  const begin = (bytes: Uint8Array): number => {
    const start = bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
    const firstEnd = endOfLine(bytes, start);
    const first = textOf(bytes, start, firstEnd);
    if (first === '') throw emptyFile(where);
    const separator = first.includes(',') ? 44 : first.includes(';') ? 59 : first.includes('\t') ? 9 : 44;
    const cells = first.split(String.fromCharCode(separator)).map((cell) => cell.trim().replaceAll('"', ''));
    const isHeader = !/^-?[\d.]/.test(cells[0]!);
    const header = isHeader ? cells.map((cell) => cell.toLowerCase()) : null;
    layout = { separator, width: cells.length, readers: plan(header, cells.length) };
    if (isHeader) linesBefore++;
    return isHeader ? firstEnd + 1 : start;
  };

  return (bytes) => {
    const from = layout ? 0 : begin(bytes);
    const { separator, width, readers } = layout!;
    const capacity = countLines(bytes, from);
    const columns = readers.map((reader) => (reader ? new Float64Array(capacity) : null));
    let length = 0;
    for (let at = from; at < bytes.length; linesBefore++) {
      const { count, end } = readLine(bytes, at, separator, readers, columns, length);
      const isBlank = count === 1 && end - at <= 1;
      if (!isBlank && count !== width)
        throw new TidegateError('DATA_COLUMNS', `line ${linesBefore + 1} has ${count} cells instead of ${width}`, {
          where,
          remedy: 'Correct the line, or cut a half-written last line off.',
        });
      if (!isBlank && isFirstRow) checkFirst(bytes.subarray(at, end), separator, readers, columns, where);
      if (!isBlank) {
        isFirstRow = false;
        length++;
      }
      at = end + 1;
    }
    const named = readers.flatMap((reader, i) =>
      reader ? [[reader.name, columns[i]!.subarray(0, length)] as const] : [],
    );
    return { length, columns: Object.fromEntries(named) };
  };
}

/** A cell of the first row that says something, but no number, says how the others are written: better told here than as a missing value. */
function checkFirst(
  line: Uint8Array,
  separator: number,
  readers: readonly (CsvColumn | null)[],
  columns: readonly (Float64Array | null)[],
  where: string,
): void {
  const cells = textOf(line, 0, line.length).split(String.fromCharCode(separator));
  for (const [c, reader] of readers.entries()) {
    const text = (cells[c] ?? '').replaceAll('"', '').trim();
    if (!reader || !Number.isNaN(columns[c]![0]) || /^(|-|nan|null|none|n\/?a)$/i.test(text)) continue;
    throw new TidegateError(
      'DATA_NAN',
      `"${text}" in the column ${reader.name} is no ${reader.name === 'time' ? 'time' : 'number'}`,
      {
        where,
        remedy:
          reader.name === 'time'
            ? 'Write ISO dates (UTC where they name no zone), or seconds, ms, µs or ns since 1970.'
            : 'Write numbers with a point before their decimals and nothing between thousands.',
      },
    );
  }
}

function readLine(
  bytes: Uint8Array,
  from: number,
  separator: number,
  readers: readonly (CsvColumn | null)[],
  columns: readonly (Float64Array | null)[],
  row: number,
): { readonly count: number; readonly end: number } {
  let cellStart = from;
  let count = 0;
  let i = from;
  for (; ; i++) {
    const code = i < bytes.length ? bytes[i]! : 10;
    if (code !== separator && code !== 10) continue;
    // A carriage return before the line's end is no part of the cell.
    const cellEnd = code === 10 && i > cellStart && bytes[i - 1] === 13 ? i - 1 : i;
    const reader = readers[count];
    if (reader) columns[count]![row] = reader.parse(bytes, cellStart, cellEnd);
    count++;
    cellStart = i + 1;
    if (code === 10) return { count, end: i };
  }
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
