import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeWhole } from './file-system.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-whole-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('replaces a file, with the permissions that are asked for, and leaves nothing beside it', () => {
  const path = join(folder, 'a.json');
  writeWhole(path, 'old', { mode: 0o600 });
  writeWhole(path, Buffer.from('new'), { mode: 0o600, flush: true });
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['a.json']);
});

it('leaves nothing behind where the name is taken by a folder', () => {
  mkdirSync(join(folder, 'taken', 'full'), { recursive: true });
  expect(() => writeWhole(join(folder, 'taken'), 'x')).toThrow();
  expect(readdirSync(folder).sort()).toEqual(['a.json', 'taken']);
});
