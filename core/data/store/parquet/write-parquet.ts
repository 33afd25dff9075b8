import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, crc32, zstdCompress } from 'node:zlib';
import type { ColumnSet } from '../column-set.ts';
import { splitDoubles } from './byte-stream-split.ts';
import { encodeTimes } from './delta.ts';
import {
  BYTE_STREAM_SPLIT,
  DATA_PAGE,
  DELTA_BINARY_PACKED,
  DOUBLE,
  INT64,
  MAGIC,
  type ParquetMeta,
  PER_MS,
  REQUIRED,
  RLE,
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
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

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
      const chunks = await Promise.all(
        columns.map(async ([name, column]) => pageOf(name, column.subarray(from, to), unit)),
      );
      const start = out.length;
      const described: ThriftFields[] = [];
      for (const { page, describe } of chunks) {
        described.push({ 2: 0n, 3: describe(BigInt(out.length)) });
        await out.append(page);
      }
      const bytes = chunks.reduce((sum, { uncompressed }) => sum + uncompressed, 0n);
      groups.push({ 1: described, 2: bytes, 3: BigInt(to - from), 5: BigInt(start), 6: BigInt(out.length - start) });
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

/** A column's rows of one group as a page, and what the footer says of it, told where it begins. */
async function pageOf(name: string, column: Float64Array, unit: TimeUnit) {
  const isTime = name === 'time';
  const encoding = isTime ? DELTA_BINARY_PACKED : BYTE_STREAM_SPLIT;
  const encoded = isTime ? encodeTimes(column, PER_MS[unit]) : splitDoubles(column);
  const data = await compress(encoded, COMPRESSION);
  const header = writeThrift({
    1: DATA_PAGE,
    2: encoded.length,
    3: data.length,
    // An i32 by its bits.
    4: crc32(data) | 0,
    5: { 1: column.length, 2: encoding, 3: RLE, 4: RLE },
  });
  const uncompressed = BigInt(header.length + encoded.length);
  const page = Buffer.concat([header, data]);
  const describe = (at: bigint): ThriftFields => ({
    1: isTime ? INT64 : DOUBLE,
    2: [encoding],
    3: [name],
    4: ZSTD,
    5: BigInt(column.length),
    6: uncompressed,
    7: BigInt(page.length),
    9: at,
    12: isTime ? timeRange(column, unit) : { 3: 0n },
  });
  return { page, uncompressed, describe };
}

/** Statistics of times, which never fall. */
function timeRange(time: Float64Array, unit: TimeUnit): ThriftFields {
  const stored = (t: number): Uint8Array => {
    const ms = Math.floor(t);
    const rest = unit === 'ns' ? Math.round((t - ms) * PER_MS.ns) : 0;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(ms) * BigInt(PER_MS[unit]) + BigInt(rest));
    return bytes;
  };
  return { 3: 0n, 5: stored(time.at(-1)!), 6: stored(time[0]!) };
}
