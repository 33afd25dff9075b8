import { constants, gunzipSync } from 'node:zlib';
import { didYouMean } from '../../foundation/errors.ts';
import { importError } from './import-error.ts';
import { zipEntries } from './zip.ts';

/** Text of a file that may be gzipped, zipped or plain, without a byte order mark. */
export function textOf(bytes: Uint8Array, where: string): string {
  return latin(unpacked(bytes, where));
}

/** One character per byte; three of a UTF-8 mark, which some editors put first, are no text. */
function latin(bytes: Uint8Array): string {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return new TextDecoder('latin1').decode(isMarked ? bytes.subarray(3) : bytes);
}

/** What a file begins with, a large one's rest left packed; the cause of a fault further on shows when it is read. */
export function headOf(bytes: Uint8Array, where: string): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const head = isGzip ? unpacked(bytes.subarray(0, 1 << 16), where, true) : unpacked(bytes, where);
  return latin(head.subarray(0, 8192));
}

/** Bytes of a file that may be gzipped, zipped (one file in it) or plain. @throws TidegateError BOOK_IMPORT when it is cut short or damaged */
export function unpacked(bytes: Uint8Array, where: string, isPart = false): Uint8Array {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return onlyEntry(bytes, where);
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

function onlyEntry(bytes: Uint8Array, where: string): Uint8Array {
  const files = zipEntries(bytes, where).filter(({ name }) => !name.endsWith('/') && !name.startsWith('__MACOSX/'));
  if (files.length > 1)
    throw importError(
      `The archive holds ${files.length} files: ${files
        .slice(0, 4)
        .map(({ name }) => name)
        .join(', ')}`,
      where,
      'Unpack it and give those that are meant.',
    );
  return files[0]?.read() ?? new Uint8Array();
}

/** A CSV file's columns by name and its rows as fields. */
export interface Csv {
  /**
   * Position of a column.
   * @throws TidegateError BOOK_IMPORT naming the columns there are
   */
  readonly column: (name: string) => number;
  readonly has: (name: string) => boolean;
  /** Calls back for each row with its line number in the file. */
  readonly forEach: (onRow: (fields: readonly string[], line: number) => void) => void;
}

/** What is known of a file beforehand. */
export interface CsvOptions {
  /** Its columns when it has no header line. */
  readonly names?: readonly string[];
  /** Give only the rows of this symbol. */
  readonly symbol?: string | undefined;
}

/** What vendors call the column that names the instrument. */
const SYMBOL_COLUMNS = ['symbol', 'instrument_name'];

/**
 * Splits a CSV of numbers and plain words (quotes around them fall away).
 * @throws TidegateError BOOK_IMPORT for an empty file, when a row has fewer fields than the columns that are asked for, and when rows are
 * about several symbols of which none was asked for
 */
export function readCsv(bytes: Uint8Array, where: string, { names, symbol }: CsvOptions = {}): Csv {
  const raw = textOf(bytes, where);
  const rawEnd = raw.indexOf('\n') < 0 ? raw.length : raw.indexOf('\n');
  const text = raw.lastIndexOf('"', rawEnd) < 0 ? raw : raw.replaceAll('"', '');
  const firstEnd = text.indexOf('\n') < 0 ? text.length : text.indexOf('\n');
  const first = text.slice(0, firstEnd).trim().split(',');
  if (first.length < 2)
    throw importError(
      text.trim() === ''
        ? 'The file is empty'
        : `The file is not comma-separated: it begins with "${first[0]!.slice(0, 60)}"`,
      where,
      'Check the download.',
    );
  // Names begin with a letter; numbers and dates do not.
  const hasHeader = !/^-?\d/.test(first[0]!);
  if (!hasHeader && !names) throw importError('The file has no header line', where, "Add one with the columns' names.");
  const header = hasHeader ? first.map(columnName) : [...names!];
  let widest = 0;
  const symbolAt = SYMBOL_COLUMNS.map((name) => header.indexOf(name)).find((at) => at >= 0) ?? -1;
  const isWanted = symbolAt < 0 ? () => true : oneSymbol(symbolAt, symbol, where);
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
          if (isWanted(fields, line)) onRow(fields, line);
        }
        from = to + 1;
        line++;
      }
    },
  };
}

/** Lets rows of one symbol through: the one that is asked for, or the file's only one. */
function oneSymbol(at: number, asked: string | undefined, where: string) {
  let wanted = asked;
  return (fields: readonly string[], line: number): boolean => {
    const symbol = fields[at];
    wanted ??= symbol;
    if (symbol === wanted || asked !== undefined) return symbol === wanted;
    throw importError(
      `Line ${line} is about ${symbol}, the lines before about ${wanted}`,
      where,
      `To read only the rows of one, name it: --symbol ${wanted}.`,
    );
  };
}

/** A column as it is named; what follows a slash is a translation (OKX's older dumps). */
export function columnName(text: string): string {
  return text.trim().replace(/\/.*$/, '');
}
