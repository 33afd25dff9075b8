import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** What was last known of the database that the guard stands beside. */
export interface GuardMark {
  readonly installId: string;
  readonly epoch: number;
  readonly session: number;
  /** Full commits so far. */
  readonly commits: number;
}

/**
 * A small file beside the database, `….guard`: it holds the lock that keeps a second bot out (the system frees it when the process ends, however it
 * ends), and remembers how far the database was, so that a file taken back in time is noticed.
 */
export class Guard {
  readonly #db: Database.Database;

  /** @throws the SQLITE_BUSY of SQLite when another store holds it */
  constructor(path: string) {
    this.#db = this.#open(`${path}.guard`);
  }

  #open(path: string): Database.Database {
    try {
      return locked(path);
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (!/CORRUPT|NOTADB/.test(code)) throw error;
      // Half written by a power cut. Without it the epoch is bumped, which is always safe.
      rmSync(path);
      return locked(path);
    }
  }

  /** Null where there is none: a new database, or one that came here without its guard. */
  read(): GuardMark | null {
    const text = this.#db.prepare('SELECT mark FROM guard').pluck().get() as string | undefined;
    return text === undefined ? null : (JSON.parse(text) as GuardMark);
  }

  write(mark: GuardMark): void {
    this.#db.prepare('INSERT OR REPLACE INTO guard (id, mark) VALUES (1, ?)').run(JSON.stringify(mark));
  }

  close(): void {
    this.#db.close();
  }
}

function locked(path: string): Database.Database {
  const db = new Database(path, { timeout: 0 });
  try {
    // Never lets go of a lock that it once took.
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS guard (id INTEGER PRIMARY KEY, mark TEXT NOT NULL); COMMIT');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
