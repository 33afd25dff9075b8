import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { codeLikeWords, errorCodes, errorsPage } from './error-codes.ts';

it('lists every error code of the sources', () => {
  expect(errorCodes().length).toBeGreaterThan(60);
  const page = readFileSync(fileURLToPath(new URL('../../docs/reference/errors.md', import.meta.url)), 'utf8');
  expect(page, 'stale: run node tests/architecture/write-errors.ts').toBe(errorsPage());
});

it('misses no code, however it is raised', () => {
  const known = errorCodes().map(({ code }) => code);
  // Some words are the start of several codes.
  expect(codeLikeWords().filter((word) => !known.some((code) => code.startsWith(word)))).toEqual([]);
});
