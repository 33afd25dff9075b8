/**
 * Thrift's compact protocol, as far as Parquet's footers and page headers use it: values as they come, without a schema. Structs are lists by
 * field number.
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type Thrift = boolean | bigint | Uint8Array | readonly Thrift[] | ThriftStruct;

/** Fields by number; integers of every width are bigint. */
export class ThriftStruct {
  readonly fields: (Thrift | undefined)[] = [];

  int(field: number): number {
    const value = this.fields[field];
    if (typeof value !== 'bigint') throw new Error(`field ${field} is not a whole number`);
    return Number(value);
  }

  bytes(field: number): Uint8Array {
    const value = this.fields[field];
    if (!(value instanceof Uint8Array)) throw new Error(`field ${field} is not text`);
    return value;
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }

  struct(field: number): ThriftStruct {
    const value = this.maybe(field);
    if (!value) throw new Error(`field ${field} is not a struct`);
    return value;
  }

  maybe(field: number): ThriftStruct | undefined {
    const value = this.fields[field];
    return value instanceof ThriftStruct ? value : undefined;
  }

  /** Its structs; none where there is no such field. */
  structs(field: number): readonly ThriftStruct[] {
    const value = this.fields[field];
    return Array.isArray(value) ? value.filter((one) => one instanceof ThriftStruct) : [];
  }
}

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Reads one struct from `bytes` at `at`. @throws RangeError where the bytes end early, Error for a type that Parquet does not use */
export function readThrift(bytes: Uint8Array, at = 0): { readonly struct: ThriftStruct; readonly end: number } {
  const reader = new Reader(bytes, at);
  return { struct: reader.struct(), end: reader.at };
}

class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  struct(): ThriftStruct {
    const struct = new ThriftStruct();
    for (let field = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return struct;
      field = head >> 4 ? field + (head >> 4) : Number(this.#zigzag());
      if (field < 0 || field > 64) throw new Error(`unexpected field ${field}`);
      const type = head & 15;
      struct.fields[field] = type === TRUE || type === FALSE ? type === TRUE : this.#value(type);
    }
  }

  #value(type: number): Thrift {
    if (type === TRUE || type === FALSE) return this.#byte() === TRUE;
    if (type === BYTE) return BigInt(this.#byte());
    if (type > BYTE && type <= I64) return this.#zigzag();
    if (type === BINARY) return this.#take(Number(this.#varint()));
    if (type === STRUCT) return this.struct();
    if (type !== LIST) throw new Error(`unexpected type ${type}`);
    const head = this.#byte();
    const length = head >> 4 === 15 ? Number(this.#varint()) : head >> 4;
    if (length > this.#bytes.length - this.at) throw new RangeError('a list is longer than the file');
    return Array.from({ length }, () => this.#value(head & 15));
  }

  #byte(): number {
    return this.#take(1)[0]!;
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new RangeError('the bytes end early');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  #varint(): bigint {
    const [value, end] = readVarint(this.#bytes, this.at);
    this.at = end;
    return value;
  }

  #zigzag(): bigint {
    return unzigzag(this.#varint());
  }
}

/** An unsigned number of 7 bits a byte, the lowest first, and where it ends. */
export function readVarint(bytes: Uint8Array, at: number): readonly [bigint, number] {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError('the bytes end early');
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
  throw new RangeError('a number of more than 64 bits');
}

/** The number behind 0, -1, 1, -2, … as 0, 1, 2, 3, … */
export function unzigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

export function zigzag(value: bigint): bigint {
  return value >= 0n ? value << 1n : (-value << 1n) - 1n;
}

export function varint(value: bigint): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

/** What a struct is written from: its fields by number; a whole number becomes an i32, a bigint an i64. Undefined ones are left out. */
export type ThriftFields = { readonly [field: number]: ThriftInput | undefined };
type ThriftInput = boolean | number | bigint | string | Uint8Array | readonly ThriftInput[] | ThriftFields;

const I32 = 5;

/** The bytes of a struct. */
export function writeThrift(fields: ThriftFields): Uint8Array {
  const bytes: number[] = [];
  writeStruct(bytes, fields);
  return Uint8Array.from(bytes);
}

function writeStruct(bytes: number[], fields: ThriftFields): void {
  let before = 0;
  // Numbers as keys come in ascending order.
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const field = Number(key);
    bytes.push(((field - before) << 4) | typeOf(value));
    if (typeof value !== 'boolean') writeValue(bytes, value);
    before = field;
  }
  bytes.push(0);
}

function typeOf(value: ThriftInput): number {
  if (typeof value === 'boolean') return value ? TRUE : FALSE;
  if (typeof value === 'number') return I32;
  if (typeof value === 'bigint') return I64;
  if (typeof value === 'string' || value instanceof Uint8Array) return BINARY;
  return Array.isArray(value) ? LIST : STRUCT;
}

function writeValue(bytes: number[], value: Exclude<ThriftInput, boolean>): void {
  if (typeof value === 'number' || typeof value === 'bigint') bytes.push(...varint(zigzag(BigInt(value))));
  else if (typeof value === 'string' || value instanceof Uint8Array) {
    const text = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    bytes.push(...varint(BigInt(text.length)), ...text);
  } else if (Array.isArray(value)) {
    const type = value.length > 0 ? typeOf(value[0]!) : STRUCT;
    if (value.length < 15) bytes.push((value.length << 4) | type);
    else bytes.push(0xf0 | type, ...varint(BigInt(value.length)));
    for (const one of value) writeValue(bytes, one);
  } else writeStruct(bytes, value as ThriftFields);
}
