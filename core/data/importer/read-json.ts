import { TidegateError } from '../../foundation/errors.ts';
import type { DataType } from '../../ports/market-data.ts';
import { msFrom } from './parse-number.ts';
import { type PlannedFile, planColumns } from './plan-columns.ts';
import { csvReader, emptyFile, type RawTable } from './read-csv.ts';

/** Columns of a JSON row, by type, as Freqtrade writes them; its funding rate is in the place of the open. */
const ROWS: Partial<Readonly<Record<DataType, readonly (string | null)[]>>> = {
  candles: ['time', 'open', 'high', 'low', 'close', 'volume'],
  mark: ['time', 'open', 'high', 'low', 'close', 'volume'],
  funding: ['time', 'rate'],
  /** Freqtrade's trades: timestamp, id, type, side, price, amount, cost. */
  trades: ['time', null, null, 'side', 'price', 'amount'],
};

/**
 * Reads `[[time, open, high, low, close, volume], …]` (times in seconds, ms, µs or ns), or objects with names and times as in a CSV's columns. Nulls become NaN.
 * @throws TidegateError DATA_CORRUPT, DATA_EMPTY, DATA_COLUMNS
 */
export function readJson(bytes: Uint8Array, file: PlannedFile, where: string): RawTable {
  const { type } = file;
  const names = ROWS[type];
  if (!names)
    throw new TidegateError('DATA_FORMAT', `JSON files of ${type} are not supported`, {
      where,
      remedy: 'Use CSV or Parquet.',
    });
  const rows = parseRows(bytes, where);
  if (rows.length === 0) throw emptyFile(where);
  if (isRecord(rows[0])) return readRecords(rows, file, where);
  const columns: Record<string, Float64Array> = {};
  names.forEach((name, c) => {
    if (name) columns[name] = Float64Array.from(rows, (row, r) => cell(row, c, r, name, where));
  });
  const { time } = columns;
  const like = time!.find(Number.isFinite);
  columns.time = time!.map((t) => msFrom(t, like));
  return { length: rows.length, columns };
}

function parseRows(bytes: Uint8Array, where: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new TidegateError('DATA_CORRUPT', `this is not JSON: ${(error as Error).message}`, {
      where,
      remedy: 'Copy or download the file again.',
      cause: error,
    });
  }
  if (Array.isArray(parsed)) return parsed;
  throw new TidegateError('DATA_COLUMNS', 'expected an array of rows', {
    where,
    remedy: 'Each row is [time in ms, open, high, low, close, volume], or an object with these names.',
  });
}

function isRecord(row: unknown): row is Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}

/** Rows as objects, such as pandas' records: what holds for the columns of a CSV holds for theirs. */
function readRecords(rows: readonly unknown[], file: PlannedFile, where: string): RawTable {
  const names = Object.keys(rows[0] as object);
  const lines = rows.map((row) => (isRecord(row) ? names.map((name) => String(row[name] ?? '')).join('\t') : ''));
  const text = [names.join('\t'), ...lines].join('\n');
  return csvReader(where, planColumns(file, where))(new TextEncoder().encode(text));
}

function cell(row: unknown, column: number, index: number, name: string, where: string): number {
  const value: unknown = Array.isArray(row) ? row[column] : undefined;
  if (typeof value === 'number') return value;
  if (name === 'side') return value === 'buy' ? 1 : value === 'sell' ? -1 : 0;
  if (value === null) return Number.NaN;
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
  throw new TidegateError(
    'DATA_COLUMNS',
    `row ${index + 1} has no number for ${name} (found ${JSON.stringify(value)})`,
    {
      where,
      remedy: 'Each row is [time in ms, open, high, low, close, volume].',
    },
  );
}
