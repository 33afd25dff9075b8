import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { TidegateError } from '../../foundation/errors.ts';
import type { FileSystem } from './file-system.ts';

/** Work queued per folder inside this process; between processes the lock decides. */
const queues = new Map<string, Promise<unknown>>();

const LOCK_FILE = '.lock';
const POLL_MS = 25;

/**
 * Runs `work` as the only writer of a folder. The lock is the operating system's, on an empty file `.lock` that stays there, taken through SQLite:
 * it holds between containers that share a volume, whose process ids say nothing of each other, and is free as soon as its owner has ended, however
 * it ends. The file is never deleted: two processes could lock one name of it each.
 * @param waitMs how long to wait for another process
 * @throws TidegateError DATA_LOCKED when another process keeps it for longer, or the file system has no locks
 */
export async function withFolderLock<T>(
  fs: FileSystem,
  folder: string,
  work: () => Promise<T>,
  waitMs = 60_000,
): Promise<T> {
  const locked = async () => {
    const lock = await acquire(fs, folder, waitMs);
    try {
      return await work();
    } finally {
      lock.close();
    }
  };
  const mine = (queues.get(folder) ?? Promise.resolve()).then(locked, locked);
  queues.set(folder, mine);
  try {
    return await mine;
  } finally {
    if (queues.get(folder) === mine) queues.delete(folder);
  }
}

async function acquire(fs: FileSystem, folder: string, waitMs: number): Promise<Database.Database> {
  const path = join(folder, LOCK_FILE);
  await fs.makeFolder(folder);
  // Made before it is opened, so that a folder that cannot be written says so in its own words.
  await fs.create(path, '').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { default: Database } = await import('better-sqlite3');
  for (let waited = 0; ; waited += POLL_MS) {
    const database = new Database(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return database;
    } catch (error) {
      database.close();
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw noLock(path, error);
      if (waited >= waitMs) throw busy(path, error);
    }
    await sleep(POLL_MS);
  }
}

function busy(where: string, cause: unknown): TidegateError {
  return new TidegateError('DATA_LOCKED', 'another process is writing to this folder', {
    where,
    remedy: 'Wait for it to end: the lock is free with it (`fuser` with this file names it).',
    cause,
  });
}

function noLock(where: string, cause: unknown): TidegateError {
  return new TidegateError('DATA_LOCKED', `this folder cannot be locked for writing: ${(cause as Error).message}`, {
    where,
    remedy:
      'See that this file is empty and yours to write. A network disk needs its lock service: else keep the data on a local one.',
    cause,
  });
}
