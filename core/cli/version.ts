import { readFileSync } from 'node:fs';
import { packageRoot } from '../runtime/package-root.ts';

/** Version of the running copy, from its package.json. */
export function version(): string {
  const text = readFileSync(`${packageRoot()}/package.json`, 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
