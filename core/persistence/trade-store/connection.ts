import Database from 'better-sqlite3';
import { TidegateError } from '../../foundation/errors.ts';

/** `FULL` syncs the log at each commit; `NORMAL` leaves it to the system until the next one that does. */
export type Durability = 'FULL' | 'NORMAL';
const LEVEL: Readonly<Record<Durability, number>> = { NORMAL: 1, FULL: 2 };

/**
 * Opens a connection that writes: WAL, the asked-for durability, foreign keys, no checkpoint inside commits. Each setting is read back, since SQLite
 * ignores in silence what it does not know or cannot do.
 * @throws TidegateError STORE_PRAGMA when one did not take; what SQLite throws when the file cannot be opened
 */
export function openForWriting(path: string, durability: Durability): Database.Database {
  const db = new Database(path, { timeout: 5000 });
  try {
    set(db, path, 'journal_mode', 'WAL', 'wal');
    set(db, path, 'synchronous', durability, LEVEL[durability]);
    set(db, path, 'foreign_keys', 'ON', 1);
    // Where the system knows it (macOS), a sync goes through the disk's own cache.
    set(db, path, 'fullfsync', 'ON', 1);
    set(db, path, 'checkpoint_fullfsync', 'ON', 1);
    set(db, path, 'wal_autocheckpoint', '0', 0);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens a connection that cannot write. @throws what SQLite throws when there is no such file */
export function openForReading(path: string): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
  set(db, path, 'query_only', 'ON', 1);
  return db;
}

function set(db: Database.Database, path: string, name: string, value: string, want: string | number): void {
  db.pragma(`${name} = ${value}`);
  const got: unknown = db.pragma(name, { simple: true });
  if (got === want) return;
  throw new TidegateError('STORE_PRAGMA', `SQLite keeps ${name} at ${JSON.stringify(got)} instead of ${value}`, {
    where: path,
    remedy: 'Keep the database on a local disk: network file systems cannot do write-ahead logging.',
  });
}
