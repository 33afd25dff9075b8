import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, crc32, zstdCompress } from 'node:zlib';
import type { ColumnSet } from '../column-set.ts';
import { splitDoubles } from './byte-stream-split.ts';
import { encodeTimes, storedTime } from './delta.ts';
import { dictionaryOf, encodeRows } from './dictionary.ts';
import {
  BYTE_STREAM_SPLIT,
  DATA_PAGE,
  DELTA_BINARY_PACKED,
  DICTIONARY_PAGE,
  DOUBLE,
  INT64,
  MAGIC,
  type ParquetMeta,
  PER_MS,
  PLAIN,
  REQUIRED,
  RLE,
  RLE_DICTIONARY,
  type TimeUnit,
  UNIT_FIELD,
  WRITER,
  ZSTD,
} from './format.ts';
import { type ThriftFields, writeThrift } from './thrift.ts';

/** Rows that are compressed together: small enough that readers can skip parts, large enough to compress well. */
const GROUP_ROWS = 122_880;

const compress = promisify(zstdCompress);
/** The default level takes twice the time for the same size: split bytes have no long matches. */
const PARAMS = { [constants.ZSTD_c_compressionLevel]: 1 };

/**
 * Writes columns as Parquet, zstd. `time` becomes a TIMESTAMP without zone (UTC) that pandas and DuckDB read as such; the rest DOUBLE.
 * The same columns give the same bytes; each page has its checksum. No more than a row group is held beside the columns. Not atomic: go through
 * `replaceFile`.
 */
export async function writeParquet(path: string, set: ColumnSet, unit: TimeUnit, meta: ParquetMeta): Promise<void> {
  const columns = Object.entries(set.columns);
  const file = await open(path, 'w');
  try {
    const out = new Appender(file);
    await out.append(Buffer.from(MAGIC));
    const groups: ThriftFields[] = [];
    for (let from = 0; from < set.length; from += GROUP_ROWS) {
      const to = Math.min(set.length, from + GROUP_ROWS);
      const start = out.length;
      const chunks: ThriftFields[] = [];
      let size = 0n;
      // One after the other: what waits to be compressed would be as much again.
      for (const [name, column] of columns) {
        const { bytes, uncompressed, describe } = await chunkOf(name, column.subarray(from, to), unit);
        chunks.push({ 2: 0n, 3: describe(BigInt(out.length)) });
        size += uncompressed;
        await out.append(bytes);
      }
      groups.push({ 1: chunks, 2: size, 3: BigInt(to - from), 5: BigInt(start), 6: BigInt(out.length - start) });
    }
    const kv = { writer: WRITER, ...meta, ...(set.volumeKind && { volumeKind: set.volumeKind }) };
    const footer = writeThrift({
      1: 2,
      2: [{ 4: 'schema', 5: columns.length }, ...columns.map(([name]) => elementOf(name, unit))],
      3: BigInt(set.length),
      4: groups,
      5: Object.entries(kv).map(([key, value]) => ({ 1: key, 2: value })),
      6: WRITER,
      // Least and greatest values are by the order of the column's type.
      7: columns.map(() => ({ 1: {} })),
    });
    const end = Buffer.alloc(8, MAGIC);
    end.writeUInt32LE(footer.length);
    end.write(MAGIC, 4);
    await out.append(Buffer.concat([footer, end]));
  } finally {
    await file.close();
  }
}

class Appender {
  readonly #file: FileHandle;
  length = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; )
      done += (await this.#file.write(bytes, done, bytes.length - done, this.length + done)).bytesWritten;
    this.length += bytes.length;
  }
}

/** A column's element of the schema. */
function elementOf(name: string, unit: TimeUnit): ThriftFields {
  if (name !== 'time') return { 1: DOUBLE, 3: REQUIRED, 4: name };
  return { 1: INT64, 3: REQUIRED, 4: name, 10: { 8: { 1: false, 2: { [UNIT_FIELD[unit]]: {} } } } };
}

/** A column's rows of one group as pages, and what the footer says of them, told where they begin. */
async function chunkOf(name: string, column: Float64Array, unit: TimeUnit) {
  const perMs = name === 'time' ? PER_MS[unit] : null;
  const { words, data, encoding } = perMs === null ? await doublePages(column) : await timePages(column, perMs);
  const uncompressed = BigInt(data.uncompressed + (words?.uncompressed ?? 0));
  const bytes = words ? Buffer.concat([words.bytes, data.bytes]) : data.bytes;
  const describe = (at: bigint): ThriftFields => ({
    1: perMs === null ? DOUBLE : INT64,
    2: words ? [PLAIN, encoding] : [encoding],
    3: [name],
    4: ZSTD,
    5: BigInt(column.length),
    6: uncompressed,
    7: BigInt(bytes.length),
    9: at + BigInt(words?.bytes.length ?? 0),
    11: words ? at : undefined,
    12: perMs === null ? { 3: 0n } : timeRange(column, perMs),
  });
  return { bytes, uncompressed, describe };
}

interface Pages {
  readonly encoding: number;
  /** The dictionary, where there is one. */
  readonly words?: Page;
  readonly data: Page;
}

async function timePages(time: Float64Array, perMs: number): Promise<Pages> {
  const encoding = DELTA_BINARY_PACKED;
  return { encoding, data: await dataPage(encodeTimes(time, perMs), time.length, encoding) };
}

/** Split bytes, or a dictionary where few numbers come again and again (forex, funding rates) and that is smaller. */
async function doublePages(column: Float64Array): Promise<Pages> {
  const dictionary = dictionaryOf(column);
  const split: Pages = {
    encoding: BYTE_STREAM_SPLIT,
    data: await dataPage(splitDoubles(column), column.length, BYTE_STREAM_SPLIT),
  };
  if (!dictionary) return split;
  const { values } = dictionary;
  const words = await pageOf(plain(values), { 1: DICTIONARY_PAGE, 7: { 1: values.length, 2: PLAIN } });
  const data = await dataPage(encodeRows(dictionary), column.length, RLE_DICTIONARY);
  const isSmaller = words.bytes.length + data.bytes.length < split.data.bytes.length;
  return isSmaller ? { encoding: RLE_DICTIONARY, words, data } : split;
}

function dataPage(encoded: Uint8Array, rows: number, encoding: number): Promise<Page> {
  return pageOf(encoded, { 1: DATA_PAGE, 5: { 1: rows, 2: encoding, 3: RLE, 4: RLE } });
}

function plain(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A page with its header, and how long both would be without compression. */
interface Page {
  readonly bytes: Uint8Array;
  readonly uncompressed: number;
}

async function pageOf(encoded: Uint8Array, fields: ThriftFields): Promise<Page> {
  const data = await compress(encoded, { params: PARAMS, chunkSize: encoded.length + 1024 });
  // The checksum is an i32 by its bits.
  const header = writeThrift({ ...fields, 2: encoded.length, 3: data.length, 4: crc32(data) | 0 });
  return { bytes: Buffer.concat([header, data]), uncompressed: header.length + encoded.length };
}

/** Statistics of times, which never fall. */
function timeRange(time: Float64Array, perMs: number): ThriftFields {
  const [first, last] = [time[0]!, time.at(-1)!].map((t) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(storedTime(t, perMs));
    return bytes;
  });
  return { 3: 0n, 5: last, 6: first };
}
