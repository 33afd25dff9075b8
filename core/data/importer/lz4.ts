/**
 * Decompresses one LZ4 frame (lz4 "Frame Format Description" 1.6.4 and "Block Format"). Checksums are skipped, not verified: the sizes
 * are checked instead.
 * @param size length of the output
 * @throws Error when the frame is damaged or does not give `size` bytes
 */
export function lz4Frame(frame: Uint8Array, size: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error('not an LZ4 frame');
  const flags = frame[4]!;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = 6 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  const out = new Uint8Array(size);
  let written = 0;
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const length = word & 0x7fffffff;
    if (word >>> 31) {
      out.set(frame.subarray(at, at + length), written);
      written += length;
    } else written = lz4Block(frame, at, at + length, out, written);
    at += length + (hasBlockChecksum ? 4 : 0);
  }
  if (written !== size) throw new Error(`LZ4 frame gave ${written} bytes instead of ${size}`);
  return out;
}

/** Decodes sequences of literals and matches; matches may reach back over earlier blocks. Returns the new end of `out`. */
function lz4Block(source: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number {
  let i = from;
  while (i < to) {
    const token = source[i++]!;
    let literals = token >>> 4;
    if (literals === 15) {
      let more: number;
      do {
        more = source[i++]!;
        literals += more;
      } while (more === 255);
    }
    if (i + literals > to || at + literals > out.length) throw new Error('damaged LZ4 block');
    out.set(source.subarray(i, i + literals), at);
    i += literals;
    at += literals;
    if (i >= to) break;
    const distance = source[i]! | (source[i + 1]! << 8);
    i += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      let more: number;
      do {
        more = source[i++]!;
        match += more;
      } while (more === 255);
    }
    if (distance === 0 || distance > at || at + match > out.length) throw new Error('damaged LZ4 block');
    // Byte by byte: a match may overlap what it writes.
    for (let k = 0; k < match; k++, at++) out[at] = out[at - distance]!;
  }
  return at;
}
