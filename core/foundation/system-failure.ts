import { type ErrorParts, TidegateError } from './errors.ts';

/** What the operating system says no with: codes of Node and SQLite, and the phrases in which DuckDB hands the same on. */
const KINDS: readonly (readonly [
  codes: RegExp,
  phrase: RegExp,
  of: (said: string, parts: ErrorParts) => TidegateError,
])[] = [
  [
    /^(ENOSPC|EDQUOT|SQLITE_FULL)$/,
    /No space left on device|Disk quota exceeded/,
    (said, parts) =>
      new TidegateError('FILE_DISK_FULL', `the disk is full: ${said}`, {
        ...parts,
        remedy: 'Free space, or choose another folder, then run it again: what was stored before is whole.',
      }),
  ],
  [
    /^(EACCES|EPERM|EROFS|SQLITE_READONLY\w*)$/,
    /Permission denied|Read-only file system|Operation not permitted/,
    (said, parts) =>
      new TidegateError('FILE_DENIED', `the system does not allow it: ${said}`, {
        ...parts,
        remedy: 'Check who owns the folder and whether it may be written, or choose another one.',
      }),
  ],
  [
    /^(ENOTDIR|EISDIR|EEXIST|ENAMETOOLONG|ELOOP)$/,
    /Not a directory|Is a directory|File name too long/,
    (said, parts) =>
      new TidegateError('FILE_PATH', `the path cannot be used: ${said}`, {
        ...parts,
        remedy: 'A file is where a folder should be, or the other way round: check the path.',
      }),
  ],
  [
    /^(EMFILE|ENFILE)$/,
    /Too many open files/,
    (said, parts) =>
      new TidegateError('FILE_TOO_MANY', `too many files are open: ${said}`, {
        ...parts,
        remedy: 'Raise the limit ("ulimit -n 4096"), then run it again.',
      }),
  ],
  [
    /^EFBIG$/,
    /File too large/,
    (said, parts) =>
      new TidegateError('FILE_TOO_LARGE', `a file may not grow so large: ${said}`, {
        ...parts,
        remedy: 'Raise the limit ("ulimit -f unlimited"), or choose a folder on another file system.',
      }),
  ],
  [
    /^SQLITE_(CORRUPT\w*|NOTADB)$/,
    /database disk image is malformed/,
    (said, parts) =>
      new TidegateError('FILE_CORRUPT', `a database is damaged: ${said}`, {
        ...parts,
        remedy:
          'Searches keep theirs in hyperopt/studies.sqlite of the user folder: bring back a copy of it, or move it away (with its -wal and -shm files) to begin with a new one.',
      }),
  ],
  [
    /^SQLITE_(BUSY|LOCKED)\w*$/,
    /database is locked/,
    (said, parts) =>
      new TidegateError('FILE_BUSY', `another program holds a database: ${said}`, {
        ...parts,
        remedy:
          'Close what has it open (an editor of databases, a backup), then run it again: what was stored before is whole.',
      }),
  ],
];

/**
 * An error of the operating system about a file (disk full, not allowed, no folder) as one that its reader can mend; undefined for any other.
 * Its message is what the system said, its place the path.
 */
export function systemFailure(error: unknown): TidegateError | undefined {
  if (!(error instanceof Error) || error instanceof TidegateError) return undefined;
  const { code: stated, syscall, path, message } = error as NodeJS.ErrnoException;
  // What Node says of folders within folders on read-only media.
  const code = stated === 'ENOENT' && syscall === 'mkdir' ? 'EROFS' : stated;
  const kind = KINDS.find(([codes, phrase]) => (code === undefined ? phrase.test(message) : codes.test(code)));
  const where = path ?? /file "([^"]+)"/.exec(message)?.[1];
  return kind?.[2](message, { ...(where !== undefined && { where }), cause: error });
}
