import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { codeLikeWords, errorCodes, errorsPage, raisedErrors } from './error-codes.ts';

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

it('says what to do in every error', () => {
  // What a bot answered says it itself; what a strategy threw has its file and line in its place.
  const told = ['core/cli/tell.ts', 'core/foundation/user-place.ts'];
  const silent = raisedErrors().filter(({ path, text }) => !told.includes(path) && !/\bremedy\b|\.\.\.\w/.test(text));
  expect(raisedErrors().length).toBeGreaterThan(500);
  expect(silent.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
});

it('begins the codes of wrong use, and no others, with USAGE', () => {
  const wrong = raisedErrors().filter(
    ({ type, code }) => code !== undefined && (type === 'UsageError') !== code.startsWith('USAGE_'),
  );
  expect(wrong.map(({ path, code }) => `${path}: ${code}`)).toEqual([]);
});

it('names the same kind of problem with the same word', () => {
  const odd = /_(?:INVALID|OPTIONS|SETTINGS|DAMAGED|NONE|NOTHING|THREAD|BAD|ABSENT|SHORT_OF|FEW)$/;
  const codes = errorCodes().map(({ code }) => code);
  expect(codes.filter((code) => odd.test(code) && !code.endsWith('_TOO_FEW'))).toEqual([]);
});
