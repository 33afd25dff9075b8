import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { TidegateError } from '../../foundation/errors.ts';
import { copyDatabase } from './copy.ts';
import type { Migration } from './migrations.ts';

/** Says in the file's header whose it is: `TDGT`. */
const APPLICATION = 0x54444754;

/**
 * Brings a database to the newest version, each step in one transaction with its checksum; a copy of an older database is kept beside it first.
 * @returns the path of that copy, or null
 * @throws TidegateError STORE_FOREIGN (no trade database), STORE_NEWER (made by a newer Tidegate), STORE_MIGRATION (a step that was changed or fails)
 */
export function migrate(db: Database.Database, path: string, steps: readonly Migration[], at: number): string | null {
  const version = check(db, path, steps);
  if (version === steps.length) return null;
  const kept = version === 0 ? null : copyName(path, version);
  if (kept !== null) copyDatabase(path, kept);
  for (const step of steps.slice(version)) {
    try {
      db.transaction(() => {
        db.exec(
          'CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, at REAL NOT NULL) STRICT',
        );
        db.exec(step.sql);
        db.prepare('INSERT INTO migration VALUES (?, ?, ?, ?)').run(step.version, step.name, checksum(step), at);
        db.pragma(`application_id = ${APPLICATION}`);
        db.pragma(`user_version = ${step.version}`);
      }).immediate();
    } catch (cause) {
      if (version === 0) throw cause;
      throw new TidegateError(
        'STORE_MIGRATION',
        `step ${step.version} (${step.name}) of the migration failed: ${cause}`,
        {
          where: path,
          remedy: `The database is as it was. Report this; a copy is at ${kept}.`,
          cause,
        },
      );
    }
  }
  return kept;
}

/**
 * Holds a database against the known steps and returns its version; 0: it is empty.
 * @throws as `migrate`
 */
export function check(db: Database.Database, path: string, steps: readonly Migration[]): number {
  const version = db.pragma('user_version', { simple: true }) as number;
  const isEmpty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (version === 0 && isEmpty) return 0;
  if (db.pragma('application_id', { simple: true }) !== APPLICATION)
    throw new TidegateError('STORE_FOREIGN', 'this SQLite file is no trade database of Tidegate', {
      where: path,
      remedy: 'Give another --db. Freqtrade\'s database is read by "tidegate import freqtrade-db FILE".',
    });
  if (version > steps.length)
    throw new TidegateError(
      'STORE_NEWER',
      `the trade database is of version ${version}, this Tidegate knows ${steps.length}`,
      {
        where: path,
        remedy: `Use the newer Tidegate, or the copy that it kept beside it: ${copyName(path, steps.length, true)}.`,
      },
    );
  const applied = db.prepare('SELECT version, checksum FROM migration ORDER BY version').all() as {
    version: number;
    checksum: string;
  }[];
  for (const [k, row] of applied.entries())
    if (row.version !== k + 1 || row.checksum !== checksum(steps[k]!))
      throw new TidegateError(
        'STORE_MIGRATION',
        `step ${row.version} of the database is not the one that this Tidegate has`,
        {
          where: path,
          remedy: 'It was made by a changed Tidegate: use that one, or restore a backup.',
        },
      );
  return version;
}

function checksum({ version, name, sql }: Migration): string {
  return createHash('sha256').update(`${version}\n${name}\n${sql}`).digest('hex');
}

/** `tidegate.sqlite.v1`, `….v1-2` where that is taken. */
function copyName(path: string, version: number, isTaken = false): string {
  const name = `${path}.v${version}`;
  if (isTaken || !existsSync(name)) return name;
  for (let k = 2; ; k++) if (!existsSync(`${name}-${k}`)) return `${name}-${k}`;
}
