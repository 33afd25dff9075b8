import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { TidegateError } from '../../foundation/errors.ts';

/**
 * Writes a consistent copy of a database, while others may write to it, and marks it as a copy: opening it for trading bumps the epoch.
 * Blocks this thread. @throws TidegateError STORE_COPY when `to` exists
 */
export function copyDatabase(from: string, to: string): void {
  if (existsSync(to))
    throw new TidegateError('STORE_COPY', 'the copy would be written over a file', {
      where: to,
      remedy: 'Give another name, or move the file away.',
    });
  const source = new Database(from, { readonly: true, fileMustExist: true, timeout: 5000 });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
  const copy = new Database(to);
  copy.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('is_copy', '1')").run();
  copy.close();
  const file = openSync(to, 'r+');
  fsyncSync(file);
  closeSync(file);
}
