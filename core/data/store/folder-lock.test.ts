import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { disk } from './file-system.ts';
import { withFolderLock } from './folder-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'folder-lock-'));
const lock = join(folder, '.lock');
beforeEach(() => rmSync(lock, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

/** Another process that locks the folder until it is killed. */
async function holder() {
  const modules = ['./folder-lock.ts', './file-system.ts'].map((name) =>
    JSON.stringify(new URL(name, import.meta.url)),
  );
  const code = `
    const [{ withFolderLock }, { disk }] = await Promise.all([${modules.map((name) => `import(${name})`).join(', ')}]);
    await withFolderLock(disk, ${JSON.stringify(folder)}, async () => {
      process.stdout.write('held');
      await new Promise(() => setInterval(() => {}, 1_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

it('does one work after the other, and leaves an empty file that says nothing', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise((done) => setImmediate(done));
    order.push(`${name} ends`);
  };
  const failing = withFolderLock(disk, folder, async () => {
    await work('a')();
    throw new Error('no');
  });
  await Promise.all([expect(failing).rejects.toThrow('no'), withFolderLock(disk, folder, work('b'))]);
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  expect(readdirSync(folder)).toEqual(['.lock']);
  expect(readFileSync(lock, 'utf8')).toBe('');
});

it('gives way to another process while it lives, and is free when that is killed', async () => {
  const other = await holder();
  const never = () => Promise.reject(new Error('both write'));
  await expect(withFolderLock(disk, folder, never, 0)).rejects.toThrow('DATA_LOCKED: another process is writing');
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(await withFolderLock(disk, folder, async () => 'mine', 0)).toBe('mine');
});

it('refuses to write where it cannot lock', async () => {
  writeFileSync(lock, 'this is somebody else’s file and no database of ours at all'.repeat(20));
  const never = () => Promise.reject(new Error('written'));
  await expect(withFolderLock(disk, folder, never)).rejects.toThrow('DATA_LOCKED: this folder cannot be locked');
});
