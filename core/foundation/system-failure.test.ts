import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TidegateError } from './errors.ts';
import { systemFailure } from './system-failure.ts';

const coded = (code: string, message: string, path?: string) =>
  Object.assign(new Error(message), { code, ...(path && { path }) });

it('says what the reader can do about the disk, with the path', () => {
  expect(systemFailure(coded('ENOSPC', 'ENOSPC: no space left on device, write'))?.message).toMatch(
    /^FILE_DISK_FULL: the disk is full: ENOSPC: no space left on device, write\. Free space/,
  );
  expect(systemFailure(coded('EROFS', 'EROFS: read-only file system', '/ro/x'))?.message).toMatch(
    /^FILE_DENIED.*\(\/ro\/x\)\. Check who owns/,
  );
  expect(systemFailure(coded('EMFILE', 'EMFILE'))?.code).toBe('FILE_TOO_MANY');
  expect(systemFailure(coded('EFBIG', 'EFBIG: file too large, write'))?.code).toBe('FILE_TOO_LARGE');
  expect(systemFailure(coded('SQLITE_FULL', 'database or disk is full'))?.code).toBe('FILE_DISK_FULL');
  expect(systemFailure(coded('SQLITE_READONLY_DIRECTORY', 'attempt to write'))?.code).toBe('FILE_DENIED');
  expect(systemFailure(coded('SQLITE_CORRUPT', 'database disk image is malformed'))?.code).toBe('FILE_CORRUPT');
  expect(systemFailure(coded('SQLITE_BUSY', 'database is locked'))?.code).toBe('FILE_BUSY');
});

it("reads a failing call of Node's own, and DuckDB's words", () => {
  let thrown: unknown;
  try {
    mkdirSync('/dev/null/x', { recursive: true });
  } catch (error) {
    thrown = error;
  }
  expect(systemFailure(thrown)).toMatchObject({ code: 'FILE_PATH', where: '/dev/null/x' });
  const full = new Error('IO Error: Could not write file "/data/a.parquet.tmp": No space left on device');
  expect(systemFailure(full)).toMatchObject({ code: 'FILE_DISK_FULL', where: '/data/a.parquet.tmp' });
});

it('takes a folder that cannot be made on read-only media for what it is: Node says that there is no such one', () => {
  const error = Object.assign(coded('ENOENT', "ENOENT: no such file or directory, mkdir '/ro/a'"), {
    syscall: 'mkdir',
  });
  expect(systemFailure(error)).toMatchObject({ code: 'FILE_DENIED' });
  expect(systemFailure({ ...error, syscall: 'open' })).toBeUndefined();
});

it('leaves bugs and known errors alone', () => {
  expect(systemFailure(new Error('boom'))).toBeUndefined();
  expect(systemFailure(new TypeError('x is undefined'))).toBeUndefined();
  expect(systemFailure(coded('ERR_INVALID_ARG_TYPE', 'Permission denied'))).toBeUndefined();
  expect(systemFailure(new TidegateError('X', 'No space left on device'))).toBeUndefined();
  expect(systemFailure('No space left on device')).toBeUndefined();
});
