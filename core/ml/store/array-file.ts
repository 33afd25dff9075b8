import { createHash } from 'node:crypto';
import type { TidegateError } from '../../foundation/errors.ts';

/** A JSON header with named arrays of doubles. */
export interface ArrayFile {
  readonly header: Readonly<Record<string, unknown>>;
  readonly arrays: ReadonlyMap<string, Float64Array>;
}

/**
 * Header and arrays as one file: a mark of eight letters, the length of the header (uint32), the SHA-256 of the rest, the header (readable
 * text, padded with blanks), then the arrays as little-endian doubles. Same content in the same order, same bytes.
 */
export function packArrays(
  mark: string,
  header: object,
  arrays: Iterable<readonly [string, Float64Array]>,
): Uint8Array {
  const list = [...arrays];
  const text = Buffer.from(
    JSON.stringify({ ...header, arrays: list.map(([name, values]) => ({ name, length: values.length })) }),
  );
  const start = Math.ceil((44 + text.length) / 8) * 8;
  const out = new Uint8Array(start + list.reduce((sum, [, values]) => sum + values.byteLength, 0));
  out.fill(32, 44, start);
  out.set(Buffer.from(mark));
  new DataView(out.buffer).setUint32(8, start - 44, true);
  out.set(text, 44);
  let at = start;
  for (const [, values] of list) {
    out.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  out.set(createHash('sha256').update(out.subarray(44)).digest(), 12);
  return out;
}

/**
 * Reads what `packArrays` wrote, to the bit. Nothing in it is executed; lengths and checksum are checked before anything is used.
 * @throws what `corrupt` makes of a sentence that says what is wrong
 */
export function unpackArrays(
  mark: string,
  bytes: Uint8Array,
  corrupt: (what: string, cause?: unknown) => TidegateError,
): ArrayFile {
  if (bytes.length < 44 || Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== mark)
    throw corrupt('this is no Tidegate model file');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  const start = 44 + length;
  if (start > bytes.length || start % 8 !== 0) throw corrupt('the model file is cut short');
  const sum = createHash('sha256').update(bytes.subarray(44)).digest();
  if (!sum.equals(bytes.subarray(12, 44))) throw corrupt('the model file does not match its checksum');
  let parsed: Readonly<Record<string, unknown>>;
  try {
    parsed = JSON.parse(Buffer.from(bytes.subarray(44, start)).toString('utf8')) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw corrupt('the header of the model file is no JSON', cause);
  }
  const { arrays: listed, ...header } = parsed;
  const arrays = new Map<string, Float64Array>();
  let at = start;
  for (const { name, length: count } of checkedList(listed, corrupt)) {
    const end = at + 8 * count;
    if (end > bytes.length) throw corrupt(`the array "${name}" is cut short`);
    arrays.set(name, new Float64Array(new Uint8Array(bytes.subarray(at, end)).buffer));
    at = end;
  }
  if (at !== bytes.length) throw corrupt(`${bytes.length - at} bytes are left over after the arrays`);
  return { header, arrays };
}

interface Listed {
  readonly name: string;
  readonly length: number;
}

function checkedList(list: unknown, corrupt: (what: string) => TidegateError): readonly Listed[] {
  if (!Array.isArray(list)) throw corrupt('the header names no arrays');
  for (const { name, length } of list as readonly Listed[])
    if (typeof name !== 'string' || !Number.isInteger(length) || length < 0)
      throw corrupt(`the header names an array ${JSON.stringify(name)} of ${length}`);
  return list as readonly Listed[];
}
