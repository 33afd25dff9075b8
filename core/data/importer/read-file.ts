import { constants } from 'node:buffer';
import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { TidegateError } from '../../foundation/errors.ts';
import { type ColumnSet, concatColumns, reversed } from '../store/column-set.ts';
import { columnCompleter } from './complete-columns.ts';
import type { NamedFile } from './file-name.ts';
import { parquetFrame, setsOfFrame } from './frame.ts';
import { isNewestFirst } from './newest-first.ts';
import { type PlannedFile, planColumns } from './plan-columns.ts';
import { csvReader, emptyFile } from './read-csv.ts';
import type { ByteSource } from './read-feather.ts';
import { readJson } from './read-json.ts';
import { wholeLines } from './whole-lines.ts';
import type { TextRules } from './written-time.ts';

/** Some rows of a file, in its order. */
export interface FilePiece {
  readonly set: ColumnSet;
  /** Share of the file that has been read, 0 to 1. */
  readonly done: number;
}

/**
 * Reads a data file of any supported format into the columns of its type, in file order (a file whose times only fall from its end on) and unchecked.
 * @throws TidegateError DATA_FILE_MISSING, DATA_FILE_SIZE, DATA_EMPTY, DATA_COLUMNS, DATA_NAN, DATA_CORRUPT
 */
export async function readDataFile(file: NamedFile): Promise<ColumnSet> {
  const sets: ColumnSet[] = [];
  for await (const { set } of readPieces(file)) sets.push(set);
  const all = concatColumns(sets);
  return isNewestFirst(file.type, all.columns.time!) ? reversed(all) : all;
}

/**
 * The same a piece at a time, at least one, in memory that does not grow with the file. JSON is one piece, Feather comes by its record batches.
 * @throws TidegateError as `readDataFile`, also after some pieces
 */
export async function* readPieces(file: NamedFile, rules: TextRules = {}): AsyncGenerator<FilePiece> {
  const { path, type, pair, format } = file;
  const planned = { type, pair, rules };
  try {
    if (format === 'parquet') yield* setsOfFrame(planned, path, await parquetFrame(path));
    else if (format === 'feather') yield* featherPieces(file, planned);
    else if (format === 'csv') yield* csvPieces(file, planned);
    else {
      const { length, columns } = readJson(await bytesOf(file), planned, path);
      yield { set: columnCompleter(type)(length, columns), done: 1 };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new TidegateError('DATA_FILE_MISSING', 'there is no such file', { where: path, remedy: 'Check the path.' });
  }
}

const BLOCK_BYTES = 4 << 20;

async function* csvPieces({ path, type, isGzip, isZip }: NamedFile, planned: PlannedFile): AsyncGenerator<FilePiece> {
  const { size } = statSync(path);
  const file = createReadStream(path, { highWaterMark: BLOCK_BYTES });
  const blocks = isGzip
    ? unzipped(
        pipeline(file, createGunzip({ chunkSize: BLOCK_BYTES }), () => {}),
        path,
      )
    : isZip
      ? unpackedZip(file, path)
      : file;
  const read = csvReader(path, planColumns(planned, path));
  const complete = columnCompleter(type);
  let rows = 0;
  for await (const lines of wholeLines(blocks, path)) {
    const { length, columns } = read(lines);
    rows += length;
    if (length > 0) yield { set: complete(length, columns), done: size > 0 ? file.bytesRead / size : 1 };
  }
  if (rows === 0) throw emptyFile(path);
}

/** A zip archive's only file, whole: its list of contents is at its end. */
async function* unpackedZip(stream: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const { unpacked } = await import('../../book/import/csv.ts');
  const blocks: Uint8Array[] = [];
  for await (const block of stream) blocks.push(block);
  yield unpacked(Buffer.concat(blocks), path);
}

async function* unzipped(stream: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw damagedGzip(path, error);
  }
}

async function* featherPieces(file: NamedFile, planned: PlannedFile): AsyncGenerator<FilePiece> {
  const { openFeather } = await import('./read-feather.ts');
  const { path } = file;
  if (file.isGzip) {
    const bytes = await bytesOf(file);
    const source: ByteSource = { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
    yield* setsOfFrame(planned, path, openFeather(source, path));
    return;
  }
  const fd = openSync(path, 'r');
  try {
    yield* setsOfFrame(planned, path, openFeather(sourceOf(fd), path));
  } finally {
    closeSync(fd);
  }
}

function sourceOf(fd: number): ByteSource {
  const { size } = fstatSync(fd);
  return {
    size,
    read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) throw new Error('it points beyond its end');
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const got = readSync(fd, bytes, done, length - done, offset + done);
        if (got === 0) throw new Error('it ended early');
        done += got;
      }
      return bytes;
    },
  };
}

const unzip = promisify(gunzip);

/** A file whole, for formats that cannot be read in parts. */
async function bytesOf({ path, format, isGzip }: NamedFile): Promise<Uint8Array> {
  try {
    const stored = await readFile(path);
    const bytes = isGzip ? await unzip(stored) : stored;
    if (format === 'json' && bytes.length > constants.MAX_STRING_LENGTH) throw tooLarge(path);
    return bytes;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_FS_FILE_TOO_LARGE' || code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path, error);
    if (code?.startsWith('Z_')) throw damagedGzip(path, error);
    throw error;
  }
}

function damagedGzip(where: string, cause: unknown): TidegateError {
  return new TidegateError('DATA_CORRUPT', `the gzip stream is damaged: ${(cause as Error).message}`, {
    where,
    remedy: 'Copy or download the file again.',
    cause,
  });
}

function tooLarge(where: string, cause?: unknown): TidegateError {
  return new TidegateError('DATA_FILE_SIZE', 'the file is larger than can be read at once', {
    where,
    remedy: 'Write it as CSV or Parquet, which are read in parts.',
    cause,
  });
}
