import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeDurably } from './write-durably.ts';

const folder = mkdtempSync(join(tmpdir(), 'durably-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('writes a text of any length as it is, characters of two halves included', () => {
  const path = join(folder, 'long.txt');
  // Where the first piece ends, one of them would be cut in two.
  const text = `${'x'.repeat((1 << 20) - 1)}🌊${'é'.repeat(1 << 20)}`;
  writeDurably(path, text);
  expect(readFileSync(path, 'utf8') === text).toBe(true);
});

it('writes an empty text, and over nothing', () => {
  const path = join(folder, 'empty.txt');
  writeDurably(path, '');
  expect(readFileSync(path, 'utf8')).toBe('');
  expect(() => writeDurably(path, 'more')).toThrow('EEXIST');
});
