import Database from 'better-sqlite3';
import { TidegateError } from '../../foundation/errors.ts';

/** Layout of the study file, raised with every change; older files are brought up to date by the steps from their number on. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE study (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     created_at INTEGER NOT NULL,
     config TEXT NOT NULL,
     revision INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE trial (
     study INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
     number INTEGER NOT NULL,
     revision INTEGER NOT NULL,
     state TEXT NOT NULL,
     body TEXT NOT NULL,
     owner TEXT,
     lease_until INTEGER NOT NULL,
     started_at INTEGER NOT NULL,
     finished_at INTEGER,
     PRIMARY KEY (study, number)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX trial_by_revision ON trial (study, revision);`,
];

/**
 * Opens a study file, making it where there is none. WAL with `synchronous=FULL`: what is committed survives a power cut.
 * @throws TidegateError HPO_STORE_VERSION for a file of a later version, HPO_STORE_OPEN where it cannot be opened
 */
export function openStudyFile(path: string): Database.Database {
  let db: Database.Database;
  try {
    db = new Database(path, { timeout: 15_000 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
  } catch (cause) {
    throw new TidegateError('HPO_STORE_OPEN', `the study file cannot be opened: ${(cause as Error).message}`, {
      where: path,
      remedy: 'Check the folder, its rights, and that the file is a study file.',
      cause,
    });
  }
  const migrate = db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > MIGRATIONS.length)
      throw new TidegateError(
        'HPO_STORE_VERSION',
        `the study file has layout ${version}, this program knows ${MIGRATIONS.length}`,
        {
          where: path,
          remedy: 'Use the newer Tidegate that wrote it.',
        },
      );
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
  });
  try {
    migrate.immediate();
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}
