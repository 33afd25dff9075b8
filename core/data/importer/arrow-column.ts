import { TidegateError } from '../../foundation/errors.ts';
import type { FlatTable } from './flatbuffer.ts';
import { SIDE_NAMES } from './plan-columns.ts';
import { sideOf, takerWords } from './taker-side.ts';

/** A column of an Arrow schema, as far as we read it. */
export interface ArrowField {
  readonly name: string;
  readonly kind: 'int' | 'float' | 'bool' | 'decimal' | 'timestamp' | 'side' | 'other';
  /** The type's name, for messages. */
  readonly type: string;
  /** Bits of a value; for texts, of an offset. */
  readonly bits: number;
  readonly isSigned: boolean;
  /** Divides a stored time into ms. */
  readonly perMs: bigint;
  /** Milliseconds per stored unit, for seconds and days. */
  readonly msPer: bigint;
  /** Decimals of a decimal number. */
  readonly scale: number;
  /** Buffers that the column has in a record batch. */
  readonly buffers: number;
}

/** Numbers of the union `Type` in Arrow's Schema.fbs. */
const TYPE = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  text: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  fixedBinary: 15,
  duration: 18,
  largeBinary: 19,
  largeText: 20,
};

const TYPE_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(TYPE).map(([name, type]) => [type, name]));

/** Reads a `Field` table. @throws TidegateError DATA_COLUMNS for a type with children (lists, structs), whose buffers we cannot skip */
export function readField(field: FlatTable, where: string): ArrowField {
  const name = field.text(0);
  const type = field.int8(2);
  const detail = field.table(3);
  const isDictionary = field.table(4) !== null;
  const typeName = isDictionary ? 'dictionary' : (TYPE_NAMES.get(type) ?? `type ${type}`);
  const unread = { name, kind: 'other' as const, type: typeName, bits: 0, isSigned: true, perMs: 1n, msPer: 1n };
  const base = { ...unread, scale: 0, buffers: 2 };
  if (isDictionary) return base;
  switch (type) {
    case TYPE.null:
      return { ...base, buffers: 0 };
    case TYPE.int:
      return { ...base, kind: 'int', bits: detail!.int32(0), isSigned: detail!.int8(1) !== 0 };
    case TYPE.float:
      return detail!.int16(0) === 0 ? base : { ...base, kind: 'float', bits: detail!.int16(0) === 1 ? 32 : 64 };
    case TYPE.bool:
      return { ...base, kind: 'bool', bits: 1 };
    case TYPE.timestamp: {
      const unit = detail!.int16(0);
      return {
        ...base,
        kind: 'timestamp',
        bits: 64,
        perMs: [1n, 1n, 1_000n, 1_000_000n][unit]!,
        msPer: unit === 0 ? 1000n : 1n,
      };
    }
    case TYPE.text:
    case TYPE.largeText:
      return {
        ...base,
        kind: SIDE_NAMES.includes(name.toLowerCase()) ? 'side' : 'other',
        bits: type === TYPE.text ? 32 : 64,
        buffers: 3,
      };
    case TYPE.binary:
    case TYPE.largeBinary:
      return { ...base, buffers: 3 };
    case TYPE.decimal: {
      const bits = detail!.int32(2, 128);
      return { ...base, kind: bits === 128 ? 'decimal' : 'other', bits, scale: detail!.int32(1) };
    }
    case TYPE.date: {
      // Days in 32 bits or ms in 64: the default of the field is ms.
      const isDays = detail!.int16(0, 1) === 0;
      return { ...base, kind: 'timestamp', bits: isDays ? 32 : 64, msPer: isDays ? 86_400_000n : 1n };
    }
    case TYPE.time:
    case TYPE.interval:
    case TYPE.fixedBinary:
    case TYPE.duration:
      return base;
    default:
      throw new TidegateError('DATA_COLUMNS', `the column ${name} holds lists, structs or views (Arrow type ${type})`, {
        where,
        remedy: 'Write the file without it, or as Parquet.',
      });
  }
}

/** The values of one column of a record batch as doubles. `parts`: validity bitmap first, then the data. */
export function decodeColumn(
  field: ArrowField,
  parts: readonly Uint8Array[],
  length: number,
  hasNulls: boolean,
): Float64Array {
  const out = new Float64Array(length);
  const data = parts[1]!;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (field.kind === 'timestamp') times(field, view, out);
  else if (field.kind === 'side') sides(field, view, parts[2]!, out);
  else if (field.kind === 'decimal') decimals(field, view, out);
  else if (field.kind === 'bool') for (let i = 0; i < length; i++) out[i] = (data[i >> 3]! >> (i & 7)) & 1;
  else numbers(field, view, out);
  if (hasNulls) {
    const valid = parts[0]!;
    for (let i = 0; i < length; i++) if (((valid[i >> 3]! >> (i & 7)) & 1) === 0) out[i] = Number.NaN;
  }
  return out;
}

function numbers({ kind, bits, isSigned }: ArrowField, view: DataView, out: Float64Array): void {
  const n = out.length;
  if (kind === 'float' && bits === 64) for (let i = 0; i < n; i++) out[i] = view.getFloat64(8 * i, true);
  else if (kind === 'float') for (let i = 0; i < n; i++) out[i] = view.getFloat32(4 * i, true);
  else if (bits === 64)
    for (let i = 0; i < n; i++)
      out[i] = Number(isSigned ? view.getBigInt64(8 * i, true) : view.getBigUint64(8 * i, true));
  else if (bits === 32)
    for (let i = 0; i < n; i++) out[i] = isSigned ? view.getInt32(4 * i, true) : view.getUint32(4 * i, true);
  else if (bits === 16)
    for (let i = 0; i < n; i++) out[i] = isSigned ? view.getInt16(2 * i, true) : view.getUint16(2 * i, true);
  else for (let i = 0; i < n; i++) out[i] = isSigned ? view.getInt8(i) : view.getUint8(i);
}

function times({ perMs, msPer, bits }: ArrowField, view: DataView, out: Float64Array): void {
  const scale = Number(perMs);
  for (let i = 0; i < out.length; i++) {
    const raw = (bits === 32 ? BigInt(view.getInt32(4 * i, true)) : view.getBigInt64(8 * i, true)) * msPer;
    // Whole and fraction apart: nanoseconds since 1970 are beyond the exact doubles.
    out[i] = perMs === 1n ? Number(raw) : Number(raw / perMs) + Number(raw % perMs) / scale;
  }
}

/** Through their text, which gives the nearest double. */
function decimals({ scale }: ArrowField, view: DataView, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    const high = view.getBigInt64(16 * i + 8, true);
    out[i] = Number(`${(high << 64n) + view.getBigUint64(16 * i, true)}e${-scale}`);
  }
}

function sides({ name, bits }: ArrowField, view: DataView, text: Uint8Array, out: Float64Array): void {
  const offset = (i: number) => (bits === 32 ? view.getInt32(4 * i, true) : Number(view.getBigInt64(8 * i, true)));
  const decoder = new TextDecoder();
  const words = takerWords(name);
  for (let i = 0; i < out.length; i++)
    out[i] = sideOf(decoder.decode(text.subarray(offset(i), offset(i + 1))).trim(), words);
}
