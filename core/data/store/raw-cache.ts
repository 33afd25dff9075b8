import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writevSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { VolumeKind } from '../../domain/candles.ts';
import type { TimeRange } from '../../ports/market-data.ts';
import { boundsOf, type ColumnSet } from './column-set.ts';
import { isUnwritable } from './file-system.ts';
import type { Part } from './part.ts';

/** What must be unchanged of a file for its cached copy to be good. */
export interface FileIdentity {
  readonly size: number;
  readonly mtime: string;
  readonly inode: string;
}

interface Header extends FileIdentity {
  readonly rows: number;
  readonly names: readonly string[];
  readonly volumeKind?: VolumeKind;
}

/** Bytes before the first column; the header is JSON, padded with blanks. */
const HEADER_BYTES = 4096;
const MAGIC = 'tidegate-f64-1 ';

/** Identity of a file as it is now, or null when it is not there. */
export function identify(path: string): FileIdentity | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? { size: Number(stat.size), mtime: String(stat.mtimeNs), inode: String(stat.ino) } : null;
}

/**
 * Writes columns raw, so that loading them again is a plain read. Disposable: deleting it is always safe, and a folder that
 * cannot be written (read-only media, full disk) just means no cache.
 */
export function writeCache(path: string, identity: FileIdentity, set: ColumnSet): void {
  const names = Object.keys(set.columns);
  const header: Header = {
    ...identity,
    rows: set.length,
    names,
    ...(set.volumeKind && { volumeKind: set.volumeKind }),
  };
  const text = Buffer.from(MAGIC + JSON.stringify(header));
  if (text.length > HEADER_BYTES) return;
  const head = Buffer.alloc(HEADER_BYTES, ' ');
  text.copy(head);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    removeLeftovers(path);
    const fd = openSync(temporary, 'w');
    try {
      writeAll(fd, [head, ...names.map((name) => bytesOf(set.columns[name]!))]);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (!isUnwritable(error)) throw error;
  }
}

/** Removes what processes that were killed had written of this copy. Whose is removed though it lives (in another container) has no copy, no more. */
function removeLeftovers(path: string): void {
  const start = `${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(start) ? /^(\d+)\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid && !isAlive(Number(pid))) rmSync(join(dirname(path), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Room for times among which bounds are looked for, the same for all files: ten pairs would leave as many columns to the collector. */
let times = new Float64Array(0);

/** The cached rows in `range`, or null where there is no cache for exactly this file. */
export function openCache(path: string, identity: FileIdentity, range: TimeRange): Part | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  const header = readHeader(fd, identity);
  if (!header) {
    closeSync(fd);
    return null;
  }
  const { rows, names } = header;
  const read = (column: number, first: number, out: Float64Array) => {
    if (out.length === 0) return;
    const bytes = bytesOf(out);
    let done = 0;
    while (done < bytes.length) {
      const at = HEADER_BYTES + (column * rows + first) * 8 + done;
      const got = readSync(fd, bytes, done, bytes.length - done, at);
      if (got === 0) throw new Error(`cache file ${path} ended early`);
      done += got;
    }
  };
  let first = 0;
  let end = rows;
  if (range.from !== undefined || range.to !== undefined) {
    if (times.length < rows) times = new Float64Array(rows);
    const time = times.subarray(0, rows);
    read(names.indexOf('time'), 0, time);
    [first, end] = boundsOf(time, range);
  }
  return {
    rows: end - first,
    names,
    volumeKind: header.volumeKind,
    readInto: (name, out) => read(names.indexOf(name), first, out),
    close: () => closeSync(fd),
  };
}

function readHeader(fd: number, identity: FileIdentity): Header | null {
  const head = Buffer.alloc(HEADER_BYTES);
  readSync(fd, head, 0, HEADER_BYTES, 0);
  const text = head.toString('latin1').trimEnd();
  if (!text.startsWith(MAGIC)) return null;
  let header: Header;
  try {
    header = JSON.parse(text.slice(MAGIC.length)) as Header;
  } catch {
    return null;
  }
  const sameFile = header.size === identity.size && header.mtime === identity.mtime && header.inode === identity.inode;
  const isWhole = fstatSync(fd).size === HEADER_BYTES + header.rows * header.names.length * 8;
  return sameFile && isWhole ? header : null;
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function writeAll(fd: number, buffers: Uint8Array[]): void {
  let at = 0;
  for (const buffer of buffers) {
    let rest = buffer;
    while (rest.length > 0) {
      const written = writevSync(fd, [rest], at);
      at += written;
      rest = rest.subarray(written);
    }
  }
}
