import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { VolumeKind } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { DataType } from '../../ports/market-data.ts';
import { type ColumnSet, REQUIRED_COLUMNS } from '../store/column-set.ts';
import { completeColumns } from './complete-columns.ts';
import type { NamedFile } from './file-name.ts';
import { msFrom } from './parse-number.ts';
import { nameFor, planColumns, SIDE_NAMES } from './plan-columns.ts';
import { readCsv } from './read-csv.ts';
import { readJson } from './read-json.ts';

const unzip = promisify(gunzip);

/**
 * Reads a data file of any supported format into the columns of its type, in file order and unchecked.
 * @throws TidegateError DATA_FILE_MISSING, DATA_FILE_SIZE, DATA_EMPTY, DATA_COLUMNS, DATA_NAN, DATA_CORRUPT
 */
export async function readDataFile(file: NamedFile): Promise<ColumnSet> {
  const { path, type, format } = file;
  if (format === 'parquet') return fromFrame(type, path, await parquetFrame(path));
  const bytes = await bytesOf(file);
  if (format === 'feather') return fromFrame(type, path, (await import('./read-feather.ts')).readFeather(bytes, path));
  const raw =
    format === 'json'
      ? readJson(bytes, type, path)
      : readCsv(bytes, path, planColumns(type, REQUIRED_COLUMNS[type], path));
  return completeColumns(type, raw.length, raw.columns);
}

async function bytesOf({ path, isGzip }: NamedFile): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_FS_FILE_TOO_LARGE') throw tooLarge(path, error);
    if (code !== 'ENOENT') throw error;
    throw new TidegateError('DATA_FILE_MISSING', 'there is no such file', { where: path, remedy: 'Check the path.' });
  }
  if (!isGzip) return bytes;
  try {
    return await unzip(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path, error);
    throw new TidegateError('DATA_CORRUPT', `the gzip stream is damaged: ${(error as Error).message}`, {
      where: path,
      remedy: 'Copy or download the file again.',
      cause: error,
    });
  }
}

function tooLarge(where: string, cause: unknown): TidegateError {
  return new TidegateError('DATA_FILE_SIZE', 'the file is larger than can be read at once', {
    where,
    remedy:
      'Write it as Parquet, or cut it in parts of less than 2 GiB, each with its header: rows of all of them add up.',
    cause,
  });
}

/** Columns of a format with types. */
export interface Frame {
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** Columns whose times are counted in something unsaid, from seconds to nanoseconds. */
  readonly counts: ReadonlySet<string>;
  /** Columns that are no numbers, times or sides, with their types. */
  readonly unread: ReadonlyMap<string, string>;
  readonly volumeKind?: VolumeKind | undefined;
}

async function parquetFrame(path: string): Promise<Frame> {
  const { parquetInfo, readParquet } = await import('../store/parquet.ts');
  const { types } = await parquetInfo(path);
  const found = nameFor('time', [...types.keys()].map(lower));
  const time = [...types.keys()].find((name) => lower(name) === found) ?? 'time';
  const { set } = await readParquet(path, time, SIDE_NAMES);
  const { columns, volumeKind } = set;
  const unread = new Map([...types].filter(([name]) => name !== time && !columns[name]));
  return { columns, unread, volumeKind, counts: new Set(/^(DATE|TIMESTAMP)/.test(types.get(time)!) ? [] : ['time']) };
}

const lower = (name: string): string => name.toLowerCase();

/** Frames as Freqtrade writes them (`date`, open … volume; a funding rate is in the column `open`), or with other people's names for the same. */
function fromFrame(type: DataType, path: string, frame: Frame): ColumnSet {
  const named = Object.entries(frame.columns);
  const names = named.map(([name]) => lower(name));
  refuseUnread(type, path, frame, names);
  const picked = planColumns(
    type,
    REQUIRED_COLUMNS[type],
    path,
  )(names, names.length).flatMap((reader, i) => {
    if (!reader) return [];
    const [name, values] = named[i]!;
    const like = values.find(Number.isFinite);
    if (reader.name === 'time' && frame.counts.has(name))
      return [['time', values.map((t) => msFrom(t, like))] as const];
    return [[reader.name, reader.ofNumber ? values.map(reader.ofNumber) : values] as const];
  });
  const { time } = Object.fromEntries(picked);
  const { volumeKind } = frame;
  return { ...completeColumns(type, time!.length, Object.fromEntries(picked)), ...(volumeKind && { volumeKind }) };
}

/** A column that is there but not as numbers must not be taken for one that was left out. */
function refuseUnread(type: DataType, where: string, { unread }: Frame, names: readonly string[]): void {
  const spelled = [...unread].map(([name, kind]) => [lower(name), `${name} (${kind})`] as const);
  const others = spelled.map(([name]) => name);
  for (const column of REQUIRED_COLUMNS[type]) {
    const name = nameFor(column, others);
    if (nameFor(column, names) !== undefined || name === undefined) continue;
    throw new TidegateError('DATA_COLUMNS', `the column ${new Map(spelled).get(name)} is not of numbers`, {
      where,
      remedy: `Write it as ${column === 'time' ? 'a timestamp or a whole number' : column === 'side' ? 'text (buy, sell) or 1 and -1' : 'numbers'}.`,
    });
  }
}
