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

interface Kind {
  /** Codes of SQLite or of the file system. */
  readonly raw: RegExp;
  readonly code: string;
  readonly remedy: string;
}

const KINDS: readonly Kind[] = [
  {
    raw: /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    code: 'STORE_FULL',
    remedy: 'Free disk space, then start again: what was acknowledged is safe.',
  },
  {
    raw: /^(SQLITE_READONLY|EACCES|EPERM|EROFS)/,
    code: 'STORE_READ_ONLY',
    remedy: 'Make the file and its folder writable for this user, or give another --db.',
  },
  {
    raw: /^SQLITE_CONSTRAINT/,
    code: 'STORE_CONFLICT',
    remedy: 'This is a bug, or two bots share the account: stop, look at "tidegate show decisions", and report it.',
  },
  {
    raw: /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    code: 'STORE_CORRUPT',
    remedy:
      'Move the file away and restore a backup, or start with a new one: open positions are then adopted from the exchange.',
  },
  {
    raw: /^(SQLITE_BUSY|SQLITE_LOCKED)/,
    code: 'STORE_IN_USE',
    remedy: 'Another bot uses this database: stop it, or give another --db.',
  },
  {
    raw: /^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EEXIST)/,
    code: 'STORE_OPEN',
    remedy: 'Check the path and that its folder exists.',
  },
];
const UNKNOWN = { code: 'STORE_WRITE', remedy: 'Check the disk; what was acknowledged is safe.' };

/** What an error of SQLite or of the file system means for the store at `path`. */
export function failureOf(cause: unknown, path: string): StoreFailure {
  if (cause instanceof TidegateError)
    return { code: cause.code, what: saidBy(cause), where: cause.where ?? path, remedy: cause.remedy ?? '' };
  const raw = cause instanceof Error ? ((cause as { code?: unknown }).code ?? '') : '';
  const text = messageOf(cause);
  // SQLite says only that it cannot open a file that it may not make.
  const kind = /^SQLITE_CANTOPEN/.test(String(raw)) && isShut(dirname(path)) ? 'EACCES' : String(raw);
  const { code, remedy } = KINDS.find((known) => known.raw.test(kind)) ?? UNKNOWN;
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
