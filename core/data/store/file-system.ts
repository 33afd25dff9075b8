import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The part of a file system that safe writing needs; tests pass one that fails at a chosen step. */
export interface FileSystem {
  makeFolder(path: string): Promise<void>;
  write(path: string, data: Uint8Array | string): Promise<void>;
  /** Creates the file, failing with code EEXIST when it is there. */
  create(path: string, data: string): Promise<void>;
  readText(path: string): Promise<string>;
  syncFile(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** The real disk. */
export const disk: FileSystem = {
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
  write: (path, data) => writeFile(path, data),
  // Without a break between file and content: a process that dies there leaves a lock of nobody.
  create: async (path, data) => writeFileSync(path, data, { flag: 'wx' }),
  readText: (path) => readFile(path, 'utf8'),
  async syncFile(path) {
    const handle = await open(path, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async syncFolder(path) {
    // Windows cannot open a folder for fsync; its rename is durable with the journal.
    if (process.platform === 'win32') return;
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
};

/**
 * Writes a file at once: who reads it meanwhile, and what a killed process leaves, is the old file or the new one, never a part. Its folder must be there.
 * @param options `flush` waits until the content is on the disk, so that the same holds after a power cut; `mode` are the permissions of a new file
 */
export function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: { readonly flush?: boolean; readonly mode?: number } = {},
): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, content, options);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Whether a folder just cannot be written: read-only media, a full disk, no permission. (Making folders within folders on read-only media,
 * Node says that there is no such folder.)
 */
export function isUnwritable(error: unknown): boolean {
  return /^(EACCES|EROFS|ENOSPC|EPERM|EDQUOT|ENOENT|ENAMETOOLONG)$/.test((error as NodeJS.ErrnoException).code ?? '');
}
