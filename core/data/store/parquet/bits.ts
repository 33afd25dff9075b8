/** Bits taken at once, so that those left over from a byte and they are an int32. */
const STEP = 24;
const STEP_SIZE = 2 ** STEP;
/** Bits of the greatest whole number that a double has room for. */
export const MAX_WIDTH = 53;

/** Bits that a whole number of at least 0 takes. */
export function widthOf(x: number): number {
  let width = 0;
  while (x >= 2 ** width) width++;
  return width;
}

/** Bytes that grow, and whole numbers packed into their bits, as all of Parquet's encodings pack them. */
export class BitWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  bytes(bytes: readonly number[]): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Values of `width` bits each, the lowest first, with zeros up to `count` values, which is a multiple of eight. */
  packed(values: Float64Array | Int32Array, width: number, count: number): void {
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

/** Fills `out` with values of `width` bits, at most `MAX_WIDTH`, packed from byte `at` on. */
export function unpack(bytes: Uint8Array, at: number, width: number, out: Float64Array): void {
  if (!(width <= MAX_WIDTH) || at + Math.ceil((out.length * width) / 8) > bytes.length)
    throw new RangeError('a page ends early');
  let [place, kept, bits] = [at, 0, 0];
  for (let i = 0; i < out.length; i++) {
    let value = 0;
    for (let left = width, scale = 1; left > 0; left -= STEP, scale *= STEP_SIZE) {
      const step = Math.min(left, STEP);
      for (; bits < step; bits += 8) kept |= bytes[place++]! << bits;
      value += (kept & ((1 << step) - 1)) * scale;
      kept >>>= step;
      bits -= step;
    }
    out[i] = value;
  }
}
