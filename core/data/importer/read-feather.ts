import { TidegateError } from '../../foundation/errors.ts';
import { bufferOf } from './arrow-buffer.ts';
import { type ArrowField, decodeColumn, readField } from './arrow-column.ts';
import { FlatTable } from './flatbuffer.ts';
import type { Frame } from './read-file.ts';

const MAGIC = 'ARROW1';

/**
 * Reads a Feather v2 file (Arrow IPC file format, columnar specification 1.x), uncompressed, LZ4 or Zstandard: numbers and booleans as
 * doubles, timestamps and dates as ms UTC, `buy`/`sell` texts of a side as 1/-1, nulls as NaN; other columns are named with their types.
 * @throws TidegateError DATA_CORRUPT, DATA_COLUMNS, DATA_FORMAT (Feather v1)
 */
export function readFeather(bytes: Uint8Array, where: string): Frame {
  const text = (from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length));
  if (text(0, 4) === 'FEA1')
    throw new TidegateError('DATA_FORMAT', 'this is a Feather version 1 file', {
      where,
      remedy: 'Write it again with a current pandas, or as Parquet or CSV.',
    });
  try {
    if (text(0, 6) !== MAGIC || text(bytes.length - 6, 6) !== MAGIC)
      throw new Error('the Arrow marks at its ends are missing');
    return readArrowFile(bytes, where);
  } catch (error) {
    if (error instanceof TidegateError) throw error;
    throw new TidegateError('DATA_CORRUPT', `this Feather file cannot be read: ${(error as Error).message}`, {
      where,
      remedy: 'Copy or download the file again.',
      cause: error,
    });
  }
}

function readArrowFile(bytes: Uint8Array, where: string): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const footerBytes = view.getInt32(bytes.length - 10, true);
  const footer = FlatTable.root(view, bytes.length - 10 - footerBytes);
  const fields = footer
    .table(1)!
    .tables(1)
    .map((field) => readField(field, where));
  const blocks = footer.vector(3);
  const batches = Array.from({ length: blocks.length }, (_, i) => {
    const at = blocks.at + 24 * i;
    const offset = Number(view.getBigInt64(at, true));
    return readBatch(bytes, view, fields, offset, view.getInt32(at + 8, true));
  });
  const kept = fields.filter((field) => field.kind !== 'other');
  return {
    columns: Object.fromEntries(kept.map(({ name }) => [name, joined(batches.map((batch) => batch[name]!))])),
    counts: new Set(kept.flatMap(({ name, kind }) => (kind === 'timestamp' ? [] : [name]))),
    unread: new Map(fields.flatMap(({ name, kind, type }) => (kind === 'other' ? [[name, type] as const] : []))),
  };
}

function readBatch(
  bytes: Uint8Array,
  view: DataView,
  fields: readonly ArrowField[],
  offset: number,
  metadataBytes: number,
): Record<string, Float64Array> {
  // Files before Arrow 0.15 have no continuation mark before the length.
  const hasMark = view.getUint32(offset, true) === 0xffffffff;
  const batch = FlatTable.root(view, offset + (hasMark ? 8 : 4)).table(2)!;
  const length = batch.int64(0);
  const nodes = batch.vector(1);
  const buffers = batch.vector(2);
  const compression = batch.table(3);
  const codec = compression ? (compression.int8(0) === 0 ? 'lz4' : 'zstd') : null;
  const body = offset + metadataBytes;
  const buffer = (index: number) => {
    const at = buffers.at + 16 * index;
    const from = body + Number(view.getBigInt64(at, true));
    return bufferOf(bytes.subarray(from, from + Number(view.getBigInt64(at + 8, true))), codec);
  };
  const columns: Record<string, Float64Array> = {};
  let next = 0;
  fields.forEach((field, f) => {
    const nulls = Number(view.getBigInt64(nodes.at + 16 * f + 8, true));
    if (field.kind !== 'other') {
      const parts = Array.from({ length: field.buffers }, (_, i) =>
        i === 0 && nulls === 0 ? EMPTY : buffer(next + i),
      );
      columns[field.name] = decodeColumn(field, parts, length, nulls > 0);
    }
    next += field.buffers;
  });
  return columns;
}

const EMPTY = new Uint8Array(0);

function joined(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
