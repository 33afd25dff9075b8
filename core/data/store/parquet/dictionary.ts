import { BitWriter, unpack, widthOf } from './bits.ts';
import { varint } from './thrift.ts';

/** Rows for each number of a dictionary, at least: with fewer it is hardly ever smaller than the numbers, their bytes split and compressed. */
const ROWS_PER_VALUE = 6;

/** The numbers that there are, in the order in which they come, and for each row which of them it is. */
export interface Dictionary {
  readonly values: Float64Array;
  readonly rows: Int32Array;
}

/** A dictionary of `values`, told apart by every bit, or null where they are too many. */
export function dictionaryOf(values: Float64Array): Dictionary | null {
  const most = Math.floor(values.length / ROWS_PER_VALUE);
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const bits = widthOf(2 * most);
  /** Open addressing: one more than a number's place in the dictionary, by a hash of its bits. */
  const table = new Int32Array(2 ** bits);
  const firsts = new Uint32Array(most);
  const rows = new Int32Array(values.length);
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    const [low, high] = [words[2 * i]!, words[2 * i + 1]!];
    // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
    let slot = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1) >>> (32 - bits);
    for (;;) {
      const found = table[slot]! - 1;
      if (found < 0) {
        if (length === most) return null;
        firsts[length] = i;
        rows[i] = length;
        table[slot] = ++length;
        break;
      }
      const first = firsts[found]!;
      if (words[2 * first] === low && words[2 * first + 1] === high) {
        rows[i] = found;
        break;
      }
      slot = (slot + 1) & (table.length - 1);
    }
  }
  return { values: Float64Array.from(firsts.subarray(0, length), (i) => values[i]!), rows };
}

/**
 * Rows as Parquet's RLE_DICTIONARY: their bit width, then all of them in one packed run.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function encodeRows({ values, rows }: Dictionary): Uint8Array {
  const width = Math.max(1, widthOf(values.length - 1));
  const groups = Math.ceil(rows.length / 8);
  const out = new BitWriter();
  out.bytes([width, ...varint(BigInt(2 * groups + 1))]);
  out.packed(rows, width, 8 * groups);
  return out.done();
}

/** Fills `out` with the numbers of rows stored as RLE_DICTIONARY from byte `at` on. @throws RangeError, Error where they are no such rows */
export function decodeRows(bytes: Uint8Array, at: number, values: Float64Array, out: Float64Array): void {
  const width = bytes[at]!;
  let next = at + 1;
  let rows = new Float64Array(0);
  for (let i = 0; i < out.length; ) {
    let head = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[next++];
      if (byte === undefined) throw new RangeError('a page ends early');
      head += (byte & 127) * scale;
      if (byte < 128) break;
    }
    const run = head >>> 1;
    if (!(run > 0 && head < 2 ** 32)) throw new Error('a page has an empty run');
    if (head & 1) {
      const length = Math.min(run * 8, out.length - i);
      if (rows.length < length) rows = new Float64Array(length);
      unpack(bytes, next, width, rows.subarray(0, length));
      next += run * width;
      for (let k = 0; k < length; k++) out[i++] = valueAt(values, rows[k]!);
    } else {
      let row = 0;
      for (let k = 0; k < width; k += 8) row += (bytes[next++] ?? Number.NaN) * 2 ** k;
      const end = Math.min(out.length, i + run);
      out.fill(valueAt(values, row), i, end);
      i = end;
    }
  }
}

function valueAt(values: Float64Array, row: number): number {
  const value = values[row];
  if (value === undefined) throw new RangeError('a row refers to no number of its dictionary');
  return value;
}
