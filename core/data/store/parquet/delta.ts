import { readVarint, unzigzag, varint, zigzag } from './thrift.ts';

/** Values of a block, and of each of its parts, which has a bit width of its own. */
const BLOCK = 2048;
const PARTS = 8;
/** Bits taken at once, so that those left over from a byte and they are an int32. */
const STEP = 24;
const STEP_SIZE = 2 ** STEP;
/** Differences are doubles: beyond these bits they are not exact. */
const MAX_WIDTH = 53;

/**
 * Times as Parquet's DELTA_BINARY_PACKED: the first one, then differences in blocks, each less the least of its block, in as few bits as that takes.
 * Candles without gaps take a few bytes a block.
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
 * @param time ms UTC; at least one
 * @param perMs units of the stored whole numbers in a millisecond: 1, or 1e6 with what is below nanoseconds rounded
 */
export function encodeTimes(time: Float64Array, perMs: number): Uint8Array {
  const fraction = (t: number) => Math.round((t - Math.floor(t)) * perMs);
  const unit = perMs === 1 ? Math.floor : null;
  const since = (a: number, b: number) =>
    unit ? unit(b) - unit(a) : (Math.floor(b) - Math.floor(a)) * perMs + fraction(b) - fraction(a);
  const first = BigInt(Math.floor(time[0]!)) * BigInt(perMs) + (unit ? 0n : BigInt(fraction(time[0]!)));
  const head = [BLOCK, PARTS, time.length].flatMap((x) => varint(BigInt(x)));
  const out = new BitWriter();
  out.bytes([...head, ...varint(zigzag(first))]);
  const deltas = new Float64Array(BLOCK);
  for (let from = 1; from < time.length; from += BLOCK) {
    const block = deltas.subarray(0, Math.min(BLOCK, time.length - from));
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < block.length; i++) {
      const delta = since(time[from + i - 1]!, time[from + i]!);
      block[i] = delta;
      least = Math.min(least, delta);
      most = Math.max(most, delta);
    }
    if (!(Math.max(most, most - least, -least) < 2 ** MAX_WIDTH)) throw new Error('times are too far apart');
    for (let i = 0; i < block.length; i++) block[i] = block[i]! - least;
    out.bytes(varint(zigzag(BigInt(least))));
    const parts = Array.from({ length: PARTS }, (_, p) =>
      block.subarray((p * BLOCK) / PARTS, ((p + 1) * BLOCK) / PARTS),
    );
    const widths = parts.map((part) => widthOf(part.reduce((a, b) => Math.max(a, b), 0)));
    out.bytes(widths);
    for (const [p, part] of parts.entries()) if (part.length > 0) out.part(part, widths[p]!, BLOCK / PARTS);
  }
  return out.done();
}

/** Bits that a whole number of at least 0 takes. */
function widthOf(x: number): number {
  let width = 0;
  while (x >= 2 ** width) width++;
  return width;
}

class BitWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  bytes(bytes: readonly number[]): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Values of `width` bits, the lowest first, zeros up to `count`, which is a multiple of eight. */
  part(values: Float64Array, width: number, count: number): void {
    const size = (count * width) / 8;
    this.#reserve(size);
    const bytes = this.#bytes;
    let at = this.#length;
    let [kept, bits] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      let rest = values[i]!;
      for (let left = width; left > 0; left -= STEP) {
        const step = rest % STEP_SIZE;
        rest = (rest - step) / STEP_SIZE;
        kept |= step << bits;
        bits += Math.min(left, STEP);
        for (; bits >= 8; bits -= 8) {
          bytes[at++] = kept;
          kept >>>= 8;
        }
      }
    }
    if (bits > 0) bytes[at] = kept;
    this.#length += size;
  }

  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + size));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/**
 * The times behind bytes of DELTA_BINARY_PACKED as ms UTC, whole ones and their fraction added up last, so that a sum is rounded once.
 * @param bytes from which `at` on they are read
 * @param out filled whole
 * @throws RangeError, Error where they are no such times
 */
export function decodeTimes(bytes: Uint8Array, at: number, perMs: number, out: Float64Array): void {
  const header: bigint[] = [];
  let next = at;
  const read = (): bigint => {
    const [value, end] = readVarint(bytes, next);
    next = end;
    return value;
  };
  for (let i = 0; i < 4; i++) header.push(read());
  const [block, parts, count] = header.map(Number);
  const perPart = block! / parts!;
  if (count !== out.length || !(perPart >= 8 && perPart % 8 === 0))
    throw new Error('a page has other times than it says');
  const first = unzigzag(header[3]!);
  let ms = Number(first / BigInt(perMs));
  let rest = Number(first % BigInt(perMs));
  if (rest < 0) [ms, rest] = [ms - 1, rest + perMs];
  out[0] = ms + rest / perMs;
  for (let i = 1; i < out.length; ) {
    const least = Number(unzigzag(read()));
    const widths = bytes.subarray(next, next + parts!);
    next += parts!;
    for (let p = 0; p < parts! && i < out.length; p++) {
      const width = widths[p]!;
      const size = (perPart * width) / 8;
      if (!(width <= MAX_WIDTH) || next + size > bytes.length) throw new Error('a page of times ends early');
      const end = Math.min(out.length, i + perPart);
      let [place, kept, bits] = [next, 0, 0];
      for (; i < end; i++) {
        let delta = least;
        for (let left = width, scale = 1; left > 0; left -= STEP, scale *= STEP_SIZE) {
          const step = Math.min(left, STEP);
          for (; bits < step; bits += 8) kept |= bytes[place++]! << bits;
          delta += (kept & ((1 << step) - 1)) * scale;
          kept >>>= step;
          bits -= step;
        }
        if (perMs === 1) {
          ms += delta;
          out[i] = ms;
          continue;
        }
        rest += delta;
        const carry = Math.floor(rest / perMs);
        ms += carry;
        rest -= carry * perMs;
        out[i] = ms + rest / perMs;
      }
      next += size;
    }
  }
}
