import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32, zstdDecompressSync } from 'node:zlib';
import type { VolumeKind } from '../../../domain/candles.ts';
import type { Part } from '../part.ts';
import { joinDoubles } from './byte-stream-split.ts';
import { decodeTimes, timeOf } from './delta.ts';
import { decodeRows } from './dictionary.ts';
import {
  BYTE_STREAM_SPLIT,
  DATA_PAGE,
  DELTA_BINARY_PACKED,
  DICTIONARY_PAGE,
  DOUBLE,
  INT64,
  MAGIC,
  OPTIONAL,
  type ParquetMeta,
  PER_MS,
  PLAIN,
  RLE,
  RLE_DICTIONARY,
  UNIT_FIELD,
  WRITER,
  ZSTD,
} from './format.ts';
import { readThrift, readVarint, type ThriftStruct } from './thrift.ts';

/** What the footer of a Parquet file says. */
export interface ParquetFooter {
  readonly rows: number;
  readonly meta: ParquetMeta;
  /** The times of the first row and the last, ms UTC; null where they are not said: for no rows, and by some writers. */
  readonly span: readonly [first: number, last: number] | null;
}

/**
 * The footer of a Parquet file that we wrote, without its rows.
 * @returns null for what another program wrote
 * @throws Error for a damaged file
 */
export function ownFooter(path: string): ParquetFooter | null {
  const fd = openSync(path, 'r');
  try {
    const footer = readFooter(fd);
    const meta = footer && metaOf(footer);
    if (meta?.writer !== WRITER) return null;
    return { rows: footer!.int(3), meta, span: spanOf(footer!) };
  } finally {
    closeSync(fd);
  }
}

/** By the statistics of the first group and the last: times never fall. */
function spanOf(footer: ThriftStruct): readonly [number, number] | null {
  const c = footer.structs(2).findIndex((element) => element.fields[4] && element.text(4) === 'time');
  const groups = footer.structs(4);
  if (c < 1 || groups.length === 0) return null;
  const { encodings, perMs } = columnOf(footer.structs(2)[c]!);
  const [first, last] = [groups[0]!, groups.at(-1)!].map((group, end) => {
    const statistics = group.structs(1)[c - 1]?.struct(3).maybe(12);
    const value = statistics?.fields[end === 0 ? 6 : 5];
    return value instanceof Uint8Array && value.length === 8 ? new DataView(value.buffer, value.byteOffset) : null;
  });
  // Without an encoding it is no time in a unit that we write.
  if (encodings.length === 0 || !first || !last) return null;
  return [timeOf(first.getBigInt64(0, true), perMs), timeOf(last.getBigInt64(0, true), perMs)];
}

/** A Parquet file that we wrote, open: a column is read straight into its place. */
export interface OwnParquet extends Part {
  readonly meta: ParquetMeta;
}

/**
 * Opens a Parquet file that we wrote, now or when DuckDB did it for us. It is read in little over half of DuckDB's time, which need not be loaded.
 * @returns null for what another program wrote, and for encodings that are not read here: DuckDB reads them. To be closed
 * @throws Error for a damaged file, also while it is read
 */
export function openOwnParquet(path: string): OwnParquet | null {
  const fd = openSync(path, 'r');
  let own: OwnParquet | null = null;
  try {
    own = opened(fd);
    return own;
  } finally {
    if (!own) closeSync(fd);
  }
}

function opened(fd: number): OwnParquet | null {
  const footer = readFooter(fd);
  const meta = footer && metaOf(footer);
  if (meta?.writer !== WRITER) return null;
  const rows = footer!.int(3);
  const groups = footer!.structs(4).map((group) => ({
    rows: group.int(3),
    chunks: group.structs(1).map((chunk) => chunk.struct(3)),
  }));
  const columns = footer!.structs(2).slice(1).map(columnOf);
  // The time comes first.
  const names = columns.map(({ name }) => name).sort((a, b) => Number(b === 'time') - Number(a === 'time'));
  const isRead = columns.every((column, c) => groups.every(({ chunks }) => canRead(column, chunks[c])));
  if (names[0] !== 'time' || !isRead) return null;
  if (groups.reduce((sum, group) => sum + group.rows, 0) !== rows) throw new Error('its footer miscounts its rows');
  return {
    rows,
    names,
    meta,
    volumeKind: meta.volumeKind as VolumeKind | undefined,
    readInto(name, out) {
      const c = columns.findIndex((column) => column.name === name);
      let at = 0;
      for (const group of groups) {
        readChunk(fd, group.chunks[c]!, columns[c]!, out.subarray(at, at + group.rows));
        at += group.rows;
      }
    },
    close: () => closeSync(fd),
  };
}

/** The footer, or null where a file does not end as Parquet. */
function readFooter(fd: number): ThriftStruct | null {
  const { size } = fstatSync(fd);
  if (size < 12) return null;
  const end = Buffer.from(bytesAt(fd, size - 8, 8));
  const length = end.readUInt32LE();
  if (end.toString('latin1', 4) !== MAGIC || length > size - 12) return null;
  return readThrift(bytesAt(fd, size - 8 - length, length).slice()).struct;
}

function metaOf(footer: ThriftStruct): ParquetMeta {
  return Object.fromEntries(footer.structs(5).map((pair) => [pair.text(1), pair.text(2)]));
}

interface Column {
  readonly name: string;
  /** Whether levels before the values say which of them are there. */
  readonly isOptional: boolean;
  /** How it may be stored. */
  readonly encodings: readonly number[];
  /** Of times: stored units in a millisecond. */
  readonly perMs: number;
}

function columnOf(element: ThriftStruct): Column {
  const name = element.text(4);
  const isOptional = element.int(3) === OPTIONAL;
  const type = element.int(1);
  if (name !== 'time') return { name, isOptional, encodings: type === DOUBLE ? OF_DOUBLES : [], perMs: 1 };
  // Logical type, timestamp, its unit.
  const units = [10, 8, 2].reduce<ThriftStruct | undefined>((struct, field) => struct?.maybe(field), element);
  const unit = (['ms', 'ns'] as const).find((one) => units?.maybe(UNIT_FIELD[one]));
  const encodings = type === INT64 && unit ? [DELTA_BINARY_PACKED] : [];
  return { name, isOptional, encodings, perMs: unit ? PER_MS[unit] : 1 };
}

const OF_DOUBLES: readonly number[] = [PLAIN, RLE_DICTIONARY, BYTE_STREAM_SPLIT];

function canRead({ encodings, isOptional }: Column, chunk: ThriftStruct | undefined): boolean {
  if (!chunk || chunk.int(4) !== ZSTD) return false;
  const used = chunk.fields[2];
  const isKnown = Array.isArray(used) && used.every((encoding) => encodings.includes(Number(encoding)));
  return isKnown && (!isOptional || chunk.maybe(12)?.fields[3] === 0n);
}

/** Fills `out` from a column's rows of one group. */
function readChunk(fd: number, chunk: ThriftStruct, column: Column, out: Float64Array): void {
  const [dataAt, dictionaryAt] = [chunk.int(9), chunk.fields[11]];
  const bytes = bytesAt(fd, Math.min(dataAt, Number(dictionaryAt ?? dataAt)), chunk.int(7));
  let dictionary = new Float64Array(0);
  for (let at = 0, row = 0; row < out.length; ) {
    const { struct: header, end } = readThrift(bytes, at);
    at = end + header.int(3);
    const page = unpacked(bytes.subarray(end, at), header);
    const kind = header.int(1);
    if (kind === DICTIONARY_PAGE) {
      dictionary = new Float64Array(header.struct(7).int(1));
      copyDoubles(page, 0, dictionary);
      continue;
    }
    const data = header.maybe(5);
    const rows = out.subarray(row, row + (data?.int(1) ?? 0));
    if (kind !== DATA_PAGE || !data || rows.length === 0 || !column.encodings.includes(data.int(2)))
      throw new Error('a page is of another kind than its footer says');
    const from = column.isOptional ? afterLevels(page, data) : 0;
    const encoding = data.int(2);
    if (encoding === DELTA_BINARY_PACKED) decodeTimes(page, from, column.perMs, rows);
    else if (encoding === BYTE_STREAM_SPLIT) joinDoubles(page, from, rows);
    else if (encoding === RLE_DICTIONARY) decodeRows(page, from, dictionary, rows);
    else copyDoubles(page, from, rows);
    row += rows.length;
  }
}

/** Doubles as they are. */
function copyDoubles(page: Uint8Array, at: number, out: Float64Array): void {
  if (page.length - at !== out.byteLength) throw new Error('a page has other numbers than it says');
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(page.subarray(at));
}

function unpacked(packed: Uint8Array, header: ThriftStruct): Uint8Array {
  const sum = header.fields[4];
  if (sum !== undefined && crc32(packed) !== Number(sum) >>> 0) throw new Error('a page does not match its checksum');
  const size = header.int(2);
  const page = zstdDecompressSync(packed, { chunkSize: Math.max(64, size), maxOutputLength: size });
  if (page.length !== size) throw new Error('a page is shorter than it says');
  return page;
}

/**
 * Where the values of a page begin behind the levels, of which one run says that all are there.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
function afterLevels(page: Uint8Array, data: ThriftStruct): number {
  const size = new DataView(page.buffer, page.byteOffset).getUint32(0, true);
  const [run, end] = readVarint(page, 4);
  if (data.int(3) !== RLE || run !== BigInt(2 * data.int(1)) || page[end] !== 1)
    throw new Error('a page lacks values that its footer counts');
  return 4 + size;
}

/** Room for what is read, the same each time: fresh memory would cost as much as the reading. */
let room = new Uint8Array(0);

/** Bytes of a file, good until the next are read. */
function bytesAt(fd: number, from: number, length: number): Uint8Array {
  if (room.length < length) room = new Uint8Array(length);
  const bytes = room.subarray(0, length);
  for (let done = 0; done < length; ) {
    const got = readSync(fd, bytes, done, length - done, from + done);
    if (got === 0) throw new Error('it ends early');
    done += got;
  }
  return bytes;
}
