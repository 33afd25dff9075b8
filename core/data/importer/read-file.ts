import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { TidegateError } from '../../foundation/errors.ts';
import type { DataType } from '../../ports/market-data.ts';
import { type ColumnSet, REQUIRED_COLUMNS } from '../store/column-set.ts';
import { completeColumns } from './complete-columns.ts';
import { planCsv } from './csv-columns.ts';
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
  const time = ['time', 'date', 'timestamp', 'open_time'].find((name) => types.has(name)) ?? 'time';
  return (await readParquet(path, time)).set;
}

/** Frames as Freqtrade writes them: `date`, open … volume; a funding rate is in the column `open`. */
function fromFrame(type: DataType, path: string, columns: Readonly<Record<string, Float64Array>>): ColumnSet {
  const { time = columns.date ?? columns.timestamp, rate = columns.open } = columns;
  const named: Record<string, Float64Array | undefined> = { ...columns, time, ...(type === 'funding' && { rate }) };
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
  return completeColumns(type, time!.length, Object.fromEntries(picked));
}
