import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { errorCodes, errorsPage } from './error-codes.ts';

it('lists every error code of the sources', () => {
  expect(errorCodes().length).toBeGreaterThan(60);
  const page = readFileSync(fileURLToPath(new URL('../../docs/reference/errors.md', import.meta.url)), 'utf8');
  expect(page, 'stale: run node tests/architecture/write-errors.ts').toBe(errorsPage());
});
