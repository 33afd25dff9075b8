import { crc32, inflateRawSync } from 'node:zlib';
import { importError } from './import-error.ts';

/** One file inside a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Unpacks it. */
  readonly read: () => Uint8Array;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * Lists a zip archive's entries from its central directory (stored or deflated, sizes up to 4 GB and zip64 sizes below 2^53).
 * @throws TidegateError BOOK_IMPORT when it is cut short or no zip; `read` when the content does not fit its checksum
 */
export function zipEntries(bytes: Uint8Array, where: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = () => importError('The archive is cut short or not a zip', where, 'Download it again.');
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw broken();
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) throw broken();
    const method = view.getUint16(at + 10, true);
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const sizes = wideSizes(view, at, at + 46 + nameLength, extraLength);
    const checksum = view.getUint32(at + 16, true);
    entries.push({
      name,
      read() {
        const data = unpack(bytes, view, sizes, method, where);
        if (crc32(data) !== checksum) throw damaged(where);
        return data;
      },
    });
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  }
  return entries;
}

interface Sizes {
  readonly packed: number;
  readonly offset: number;
}

/** Packed size and offset, from the zip64 field where the plain ones are full. */
function wideSizes(view: DataView, entry: number, extra: number, extraLength: number): Sizes {
  const plain = view.getUint32(entry + 24, true);
  let packed = view.getUint32(entry + 20, true);
  let offset = view.getUint32(entry + 42, true);
  const full = 0xffffffff;
  for (let at = extra; at + 4 <= extra + extraLength; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    const next = () => {
      field += 8;
      return Number(view.getBigUint64(field - 8, true));
    };
    if (plain === full) next();
    if (packed === full) packed = next();
    if (offset === full) offset = next();
  }
  return { packed, offset };
}

function unpack(bytes: Uint8Array, view: DataView, sizes: Sizes, method: number, where: string): Uint8Array {
  const { packed, offset } = sizes;
  const isWhole = offset + 30 <= bytes.length && view.getUint32(offset, true) === LOCAL;
  const start = isWhole ? offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true) : 0;
  if (!isWhole || start + packed > bytes.length)
    throw importError('The archive is cut short', where, 'Download it again.');
  const data = bytes.subarray(start, start + packed);
  if (method === 0) return data;
  if (method !== 8)
    throw importError(`The archive uses compression method ${method}`, where, 'Pack it with deflate, or not at all.');
  try {
    return inflateRawSync(data);
  } catch {
    throw damaged(where);
  }
}

function damaged(where: string) {
  return importError('The archive is damaged: its content is not what its checksum says', where, 'Download it again.');
}
