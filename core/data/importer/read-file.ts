import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { TidegateError } from '../../foundation/errors.ts';
import type { DataType } from '../../ports/market-data.ts';
import { type ColumnSet, REQUIRED_COLUMNS } from '../store/column-set.ts';
import { completeColumns } from './complete-columns.ts';
import { nameFor, planCsv } from './csv-columns.ts';
import type { NamedFile } from './file-name.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';

const unzip = promisify(gunzip);

/**
 * Reads a data file of any supported format into the columns of its type, in file order and unchecked.
 * @throws TidegateError DATA_FILE_MISSING, DATA_EMPTY, DATA_COLUMNS, DATA_CORRUPT
 */
export async function readDataFile(file: NamedFile): Promise<ColumnSet> {
  const { path, type, format } = file;
  if (format === 'parquet') return fromFrame(type, path, (await parquetFrame(path)).columns);
  const bytes = await bytesOf(file);
  if (format === 'feather') return fromFrame(type, path, (await import('./read-feather.ts')).readFeather(bytes, path));
  const raw =
    format === 'json' ? readJson(bytes, type, path) : readCsv(bytes, path, planCsv(type, REQUIRED_COLUMNS[type], path));
  return completeColumns(type, raw.length, raw.columns);
}

async function bytesOf({ path, isGzip }: NamedFile): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new TidegateError('DATA_FILE_MISSING', 'there is no such file', { where: path, remedy: 'Check the path.' });
  }
  if (!isGzip) return bytes;
  try {
    return await unzip(bytes);
  } catch (error) {
    throw new TidegateError('DATA_CORRUPT', `the gzip stream is damaged: ${(error as Error).message}`, {
      where: path,
      remedy: 'Copy or download the file again.',
      cause: error,
    });
  }
}

async function parquetFrame(path: string): Promise<ColumnSet> {
  const { parquetInfo, readParquet } = await import('../store/parquet.ts');
  const { types } = await parquetInfo(path);
  const found = nameFor('time', [...types.keys()].map(lower));
  const time = [...types.keys()].find((name) => lower(name) === found) ?? 'time';
  const { set } = await readParquet(path, time);
  // Whole numbers may count anything from seconds to nanoseconds; timestamps say what they are.
  return /INT/.test(types.get(time) ?? '')
    ? { ...set, columns: { ...set.columns, time: inMs(set.columns.time!) } }
    : set;
}

const lower = (name: string): string => name.toLowerCase();

/** Times counted in seconds, ms, µs or ns as ms, told apart by their number of digits as in a CSV. */
function inMs(time: Float64Array): Float64Array {
  const digits = Math.floor(Math.log10(Math.abs(time[0] ?? 1))) + 1;
  const perMs = digits <= 11 ? 1 / 1000 : digits <= 14 ? 1 : digits <= 17 ? 1000 : 1_000_000;
  return perMs === 1 ? time : time.map((t) => t / perMs);
}

/** Frames as Freqtrade writes them (`date`, open … volume; a funding rate is in the column `open`), or with other people's names for the same. */
function fromFrame(type: DataType, path: string, columns: Readonly<Record<string, Float64Array>>): ColumnSet {
  const lowered = Object.fromEntries(Object.entries(columns).map(([name, values]) => [lower(name), values]));
  const names = Object.keys(lowered);
  const known = REQUIRED_COLUMNS[type].flatMap((column) => {
    const name = nameFor(column, names);
    return name === undefined ? [] : [[column, lowered[name]] as const];
  });
  const named: Record<string, Float64Array | undefined> = { ...lowered, ...Object.fromEntries(known) };
  const missing = REQUIRED_COLUMNS[type].filter(
    (name) => !named[name] && name !== 'value' && name !== (type === 'mark' ? 'volume' : 'side'),
  );
  if (missing.length > 0)
    throw new TidegateError(
      'DATA_COLUMNS',
      `${type} need the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`,
      {
        where: path,
        remedy: `Columns found: ${Object.keys(columns).join(', ')}.`,
      },
    );
  const picked = REQUIRED_COLUMNS[type].flatMap((name) => (named[name] ? [[name, named[name]] as const] : []));
  return completeColumns(type, named.time!.length, Object.fromEntries(picked));
}
