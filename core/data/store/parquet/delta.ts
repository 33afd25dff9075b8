import { BitWriter, MAX_WIDTH, unpack, widthOf } from './bits.ts';
import { readVarint, unzigzag, varint, zigzag } from './thrift.ts';

/** Values of a block, and how many parts it has, each with a bit width of its own. */
const BLOCK = 2048;
const PARTS = 8;

/**
 * Times as Parquet's DELTA_BINARY_PACKED: the first one, then differences in blocks, each less the least of its block, in as few bits as that takes.
 * Candles without gaps take a few bytes a block.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
 * @param time ms UTC; at least one
 * @param perMs units of the stored whole numbers in a millisecond: 1, or 1e6 with what is below nanoseconds rounded
 */
export function encodeTimes(time: Float64Array, perMs: number): Uint8Array {
  const out = new BitWriter();
  const head = [BLOCK, PARTS, time.length].flatMap((x) => varint(BigInt(x)));
  out.bytes([...head, ...varint(zigzag(storedTime(time[0]!, perMs)))]);
  const deltas = new Float64Array(BLOCK);
  let ms = Math.floor(time[0]!);
  let rest = restOf(time[0]!, perMs);
  for (let from = 1; from < time.length; from += BLOCK) {
    const block = deltas.subarray(0, Math.min(BLOCK, time.length - from));
    // One by one: numbers taken apart from lists go to the heap.
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < block.length; i++) {
      const t = time[from + i]!;
      // Whole milliseconds and the rest apart: a double has no room for nanoseconds since 1970.
      const nextMs = Math.floor(t);
      const nextRest = restOf(t, perMs);
      const delta = (nextMs - ms) * perMs + nextRest - rest;
      ms = nextMs;
      rest = nextRest;
      block[i] = delta;
      least = Math.min(least, delta);
      most = Math.max(most, delta);
    }
    if (!(Math.max(most, most - least, -least) < 2 ** MAX_WIDTH)) throw new Error('times are too far apart');
    for (let i = 0; i < block.length; i++) block[i] = block[i]! - least;
    out.bytes(varint(zigzag(BigInt(least))));
    const size = BLOCK / PARTS;
    const parts = Array.from({ length: PARTS }, (_, p) => block.subarray(p * size, (p + 1) * size));
    const widths = parts.map((part) => widthOf(greatest(part)));
    out.bytes(widths);
    for (const [p, part] of parts.entries()) if (part.length > 0) out.packed(part, widths[p]!, size);
  }
  return out.done();
}

/** The greatest of numbers of at least 0. */
function greatest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** A time as it is stored: whole units since 1970. */
export function storedTime(t: number, perMs: number): bigint {
  return BigInt(Math.floor(t)) * BigInt(perMs) + BigInt(restOf(t, perMs));
}

/** A stored time as ms; whole ones and the rest apart, which a double has no room for together. */
export function timeOf(stored: bigint, perMs: number): number {
  return Number(stored / BigInt(perMs)) + Number(stored % BigInt(perMs)) / perMs;
}

/** Units beyond the whole milliseconds. */
function restOf(t: number, perMs: number): number {
  return perMs === 1 ? 0 : Math.round((t - Math.floor(t)) * perMs);
}

/**
 * The times behind bytes of DELTA_BINARY_PACKED as ms UTC, whole ones and their fraction added up last, so that a sum is rounded once.
 * @param bytes from which `at` on they are read
 * @param out filled whole
 * @throws RangeError, Error where they are no such times
 */
export function decodeTimes(bytes: Uint8Array, at: number, perMs: number, out: Float64Array): void {
  let next = at;
  const read = (): bigint => {
    const [value, end] = readVarint(bytes, next);
    next = end;
    return value;
  };
  const [block, parts, count] = [Number(read()), Number(read()), Number(read())];
  const size = block / parts;
  if (count !== out.length || !(size >= 8 && size <= out.length + block && size % 8 === 0))
    throw new Error('a page has other times than it says');
  const first = unzigzag(read());
  let ms = Number(first / BigInt(perMs));
  let rest = Number(first % BigInt(perMs));
  out[0] = ms + rest / perMs;
  const deltas = new Float64Array(Math.min(size, out.length));
  for (let i = 1; i < out.length; ) {
    const least = Number(unzigzag(read()));
    const widths = bytes.subarray(next, next + parts);
    next += parts;
    for (let p = 0; p < parts && i < out.length; p++) {
      const length = Math.min(size, out.length - i);
      unpack(bytes, next, widths[p]!, deltas.subarray(0, length));
      next += (size * widths[p]!) / 8;
      for (let k = 0; k < length; k++, i++) {
        rest += least + deltas[k]!;
        // Times before 1970 have a rest below 0 until the first carry.
        const carry = perMs === 1 ? rest : Math.floor(rest / perMs);
        ms += carry;
        rest -= carry * perMs;
        out[i] = ms + rest / perMs;
      }
    }
  }
}
