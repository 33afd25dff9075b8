import { TidegateError } from '../../foundation/errors.ts';
import { bufferOf } from './arrow-buffer.ts';
import { type ArrowField, decodeColumn, readField } from './arrow-column.ts';
import { FlatTable } from './flatbuffer.ts';
import type { Frame } from './frame.ts';

const MAGIC = 'ARROW1';

/** The bytes of a file, wherever they are. */
export interface ByteSource {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

/**
 * Opens a Feather v2 file (Arrow IPC file format, columnar specification 1.x), uncompressed, LZ4 or Zstandard: numbers and booleans as
 * doubles, timestamps and dates as ms UTC, texts of a side as 1/-1, nulls as NaN; other columns are named with their types. Its pieces are
 * its record batches.
 * @throws TidegateError DATA_CORRUPT, DATA_COLUMNS, DATA_FORMAT (Feather v1), also while it is read
 */
export function openFeather(source: ByteSource, where: string): Frame {
  return guarded(where, () => {
    const text = (offset: number, length: number) => String.fromCharCode(...source.read(offset, length));
    const isShort = source.size < 18;
    if (!isShort && text(0, 4) === 'FEA1')
      throw new TidegateError('DATA_FORMAT', 'this is a Feather version 1 file', {
        where,
        remedy: 'Write it again with a current pandas, or as Parquet or CSV.',
      });
    if (isShort || text(0, 6) !== MAGIC || text(source.size - 6, 6) !== MAGIC)
      throw new Error('the Arrow marks at its ends are missing');
    return arrowFrame(source, where);
  });
}

function guarded<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TidegateError) throw error;
    throw new TidegateError('DATA_CORRUPT', `this Feather file cannot be read: ${(error as Error).message}`, {
      where,
      remedy: 'Copy or download the file again.',
      cause: error,
    });
  }
}

/** Where a record batch is: an Arrow `Block` (offset, bytes of its metadata, bytes of its body). */
interface Block {
  readonly offset: number;
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

function arrowFrame(source: ByteSource, where: string): Frame {
  const tail = viewOf(source.read(source.size - 10, 4));
  const footerBytes = tail.getInt32(0, true);
  const view = viewOf(source.read(source.size - 10 - footerBytes, footerBytes));
  const footer = FlatTable.root(view, 0);
  const fields = footer
    .table(1)!
    .tables(1)
    .map((field) => readField(field, where));
  const vector = footer.vector(3);
  const blocks = Array.from({ length: vector.length }, (_, i): Block => {
    const at = vector.at + 24 * i;
    const [offset, bodyBytes] = [at, at + 16].map((place) => Number(view.getBigInt64(place, true)));
    return { offset: offset!, metadataBytes: view.getInt32(at + 8, true), bodyBytes: bodyBytes! };
  });
  const kept = fields.filter((field) => field.kind !== 'other');
  const names = (of: readonly ArrowField[]) => of.map(({ name }) => name);
  return {
    names: names(kept),
    counts: new Set(names(kept.filter(({ kind }) => kind !== 'timestamp'))),
    sides: new Set(names(kept.filter(({ kind }) => kind === 'side'))),
    unread: new Map(fields.flatMap(({ name, kind, type }) => (kind === 'other' ? [[name, type] as const] : []))),
    async *read(wanted) {
      for (const [i, block] of blocks.entries())
        yield {
          columns: guarded(where, () => readBatch(source, fields, wanted, block)),
          done: (i + 1) / blocks.length,
        };
      if (blocks.length === 0) yield { columns: wanted.map(() => new Float64Array(0)), done: 1 };
    },
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readBatch(
  source: ByteSource,
  fields: readonly ArrowField[],
  wanted: readonly string[],
  { offset, metadataBytes, bodyBytes }: Block,
): readonly Float64Array[] {
  const bytes = source.read(offset, metadataBytes + bodyBytes);
  const view = viewOf(bytes);
  // Files before Arrow 0.15 have no continuation mark before the length.
  const hasMark = view.getUint32(0, true) === 0xffffffff;
  const batch = FlatTable.root(view, hasMark ? 8 : 4).table(2)!;
  const length = batch.int64(0);
  const nodes = batch.vector(1);
  const buffers = batch.vector(2);
  const compression = batch.table(3);
  const codec = compression ? (compression.int8(0) === 0 ? 'lz4' : 'zstd') : null;
  const buffer = (index: number) => {
    const at = buffers.at + 16 * index;
    const from = metadataBytes + Number(view.getBigInt64(at, true));
    return bufferOf(bytes.subarray(from, from + Number(view.getBigInt64(at + 8, true))), codec);
  };
  const columns = new Map<string, Float64Array>();
  let next = 0;
  fields.forEach((field, f) => {
    const nulls = Number(view.getBigInt64(nodes.at + 16 * f + 8, true));
    if (wanted.includes(field.name)) {
      const parts = Array.from({ length: field.buffers }, (_, i) =>
        i === 0 && nulls === 0 ? EMPTY : buffer(next + i),
      );
      columns.set(field.name, decodeColumn(field, parts, length, nulls > 0));
    }
    next += field.buffers;
  });
  return wanted.map((name) => columns.get(name)!);
}

const EMPTY = new Uint8Array(0);
