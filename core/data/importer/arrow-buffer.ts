import { zstdDecompressSync } from 'node:zlib';
import { lz4Frame } from './lz4.ts';

/**
 * The plain bytes of a buffer of an Arrow record batch. A compressed one starts with its plain length as a 64-bit integer; -1 there
 * means that it was not worth compressing.
 */
export function bufferOf(bytes: Uint8Array, codec: 'lz4' | 'zstd' | null): Uint8Array {
  if (codec === null || bytes.length === 0) return bytes;
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true));
  const rest = bytes.subarray(8);
  if (size === -1) return rest;
  if (codec === 'lz4') return lz4Frame(rest, size);
  const plain = zstdDecompressSync(rest);
  if (plain.length !== size) throw new Error(`Zstandard buffer gave ${plain.length} bytes instead of ${size}`);
  return plain;
}
