import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the package: of the clone, or of the installed copy (whose code is in `dist`). */
export function packageRoot(): string {
  const here = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  return here.endsWith('/dist') || here.endsWith('\\dist') ? dirname(here) : here;
}

/** Version of the running copy. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
