import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorsPage } from './error-codes.ts';

writeFileSync(fileURLToPath(new URL('../../docs/reference/errors.md', import.meta.url)), errorsPage());
