import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { withFileLock } from './file-lock.ts';
import { disk } from './file-system.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'data');
const lock = `${path}.lock`;
beforeEach(() => rmSync(lock, { force: true }));

const work = async () => readFileSync(lock, 'utf8');

it('holds a lock with its id while it works, and leaves nothing behind', async () => {
  expect(await withFileLock(disk, path, work)).toBe(String(process.pid));
  expect(readdirSync(folder)).toEqual([]);
});

it('takes over the lock of a process that is gone, and of one that died before it wrote its id', async () => {
  writeFileSync(lock, '77');
  expect(await withFileLock(disk, path, work, { isAlive: () => false })).toBe(String(process.pid));
  writeFileSync(lock, '');
  expect(await withFileLock(disk, path, work, { namelessMs: 0, waitMs: 0 })).toBe(String(process.pid));
  expect(readdirSync(folder)).toEqual([]);
});

it('gives way to a living process, and says whose lock it is', async () => {
  writeFileSync(lock, '77');
  const options = { waitMs: 0, isAlive: () => true };
  await expect(withFileLock(disk, path, work, options)).rejects.toThrow('DATA_LOCKED: another process (77)');
});

it('gives back a lock that a living process has put in place of the dead one meanwhile', async () => {
  writeFileSync(lock, '77');
  const isAlive = (pid: number) => {
    if (pid === 77) writeFileSync(lock, '88');
    return pid === 88;
  };
  await expect(withFileLock(disk, path, work, { waitMs: 0, isAlive })).rejects.toThrow('another process (88)');
  expect(readdirSync(folder)).toEqual(['data.lock']);
  expect(readFileSync(lock, 'utf8')).toBe('88');
});
