import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';

/** Why the store failed, as plain data: it crosses threads. */
export interface StoreFailure {
  readonly code: string;
  readonly what: string;
  readonly where: string;
  readonly remedy: string;
}

const KINDS: readonly (readonly [RegExp, string, string])[] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, 'STORE_FULL', 'Free disk space, then start again: what was acknowledged is safe.'],
  [
    /^(SQLITE_READONLY|EACCES|EPERM|EROFS)/,
    'STORE_READ_ONLY',
    'Make the file and its folder writable for this user, or give another --db.',
  ],
  [
    /^SQLITE_CONSTRAINT/,
    'STORE_CONFLICT',
    'This is a bug, or two bots share the account: stop, look at "tidegate show decisions", and report it.',
  ],
  [
    /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    'STORE_DAMAGED',
    'Move the file away and restore a backup, or start with a new one: open positions are then adopted from the exchange.',
  ],
  [/^(SQLITE_BUSY|SQLITE_LOCKED)/, 'STORE_IN_USE', 'Another bot uses this database: stop it, or give another --db.'],
  [/^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EEXIST)/, 'STORE_OPEN', 'Check the path and that its folder exists.'],
];

/** What an error of SQLite or of the file system means for the store at `path`. */
export function failureOf(cause: unknown, path: string): StoreFailure {
  if (cause instanceof TidegateError)
    return { code: cause.code, what: saidBy(cause), where: cause.where ?? path, remedy: cause.remedy ?? '' };
  const raw = cause instanceof Error ? ((cause as { code?: unknown }).code ?? '') : '';
  const text = messageOf(cause);
  // SQLite says only that it cannot open a file that it may not make.
  const kind = /^SQLITE_CANTOPEN/.test(String(raw)) && isShut(dirname(path)) ? 'EACCES' : String(raw);
  const [, code, remedy] = KINDS.find(([pattern]) => pattern.test(kind)) ?? [
    null,
    'STORE_WRITE',
    'Check the disk; what was acknowledged is safe.',
  ];
  return { code, what: `the trade database failed: ${text}`, where: path, remedy };
}

/** True for a folder that is there and cannot be written. */
function isShut(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch {
    return existsSync(folder);
  }
}

/** The failure as the error that callers meet. */
export function storeError({ code, what, where, remedy }: StoreFailure, cause?: unknown): TidegateError {
  return new TidegateError(code, what, { where, remedy, ...(cause !== undefined && { cause }) });
}

/** The middle of a message: without code, place and remedy, which are added anew. */
function saidBy({ message, code, where, remedy }: TidegateError): string {
  let text = message.slice(code.length + 2);
  if (remedy && text.endsWith(remedy)) text = text.slice(0, -remedy.length).trimEnd();
  return text.replace(/\.$/, '').replace(` (${where})`, '');
}
