import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TidegateError } from '../../foundation/errors.ts';
import type { FileSystem } from './file-system.ts';

/** Work queued per path inside this process; between processes the lock file decides. */
const queues = new Map<string, Promise<unknown>>();

export interface LockOptions {
  /** How long to wait for another process, ms. */
  readonly waitMs?: number;
  /** A lock without an owner for so long, ms, is that of a process which died before it wrote its id. */
  readonly namelessMs?: number;
  readonly isAlive?: (pid: number) => boolean;
}

/**
 * Runs `work` while holding the single-writer lock of `path` (a file `path.lock` with the owner's process id).
 * A lock whose owner is dead is taken over.
 * @throws TidegateError DATA_LOCKED when another living process keeps it longer than `waitMs`
 */
export async function withFileLock<T>(
  fs: FileSystem,
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const before = queues.get(path) ?? Promise.resolve();
  const mine = before.then(
    () => locked(fs, path, work, options),
    () => locked(fs, path, work, options),
  );
  queues.set(path, mine);
  try {
    return await mine;
  } finally {
    if (queues.get(path) === mine) queues.delete(path);
  }
}

async function locked<T>(fs: FileSystem, path: string, work: () => Promise<T>, options: LockOptions): Promise<T> {
  const lock = `${path}.lock`;
  await fs.makeFolder(dirname(path));
  await acquire(fs, lock, options);
  try {
    return await work();
  } finally {
    await fs.remove(lock);
  }
}

const POLL_MS = 25;

async function acquire(fs: FileSystem, lock: string, options: LockOptions): Promise<void> {
  const { waitMs = 10_000, namelessMs = 1_000, isAlive = processLives } = options;
  let nameless = 0;
  for (let waited = 0; ; waited += POLL_MS) {
    try {
      await fs.create(lock, String(process.pid));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await ownerOf(fs, lock);
    // Our own id can only be a leftover of an earlier process with the same number: inside this process the queue orders us.
    const isDead = owner === null ? nameless >= namelessMs : owner === process.pid || !isAlive(owner);
    nameless = owner === null && !isDead ? nameless + POLL_MS : 0;
    if (isDead) {
      await takeOver(fs, lock, owner);
      continue;
    }
    if (waited >= waitMs)
      throw new TidegateError('DATA_LOCKED', `another process (${owner ?? 'unknown'}) is writing this file`, {
        where: lock,
        remedy: 'Wait for it to end; if no such process runs, delete the lock file.',
        details: { owner },
      });
    await sleep(POLL_MS);
  }
}

/** Removes a dead owner's lock; one that another process has put in its place meanwhile is given back. */
async function takeOver(fs: FileSystem, lock: string, owner: number | null): Promise<void> {
  const aside = `${lock}.${process.pid}`;
  try {
    await fs.rename(lock, aside);
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = await ownerOf(fs, aside);
  if (taken !== null && taken !== owner) await fs.create(lock, String(taken)).catch(() => {});
  await fs.remove(aside);
}

/** The owner's process id; null while the lock is being created or has just gone. */
async function ownerOf(fs: FileSystem, lock: string): Promise<number | null> {
  try {
    const pid = Number(await fs.readText(lock));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
