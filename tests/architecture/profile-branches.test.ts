import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const core = fileURLToPath(new URL('../../core', import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

it('chooses the fill profile at wiring only: no engine, strategy, ledger or plugin code asks which one it is', () => {
  const asking = ['engine', 'strategy', 'indicators', 'columns', 'registry', 'ports']
    .flatMap((layer) => sources(join(core, layer)))
    .filter((path) => /\bif\s*\([^)]*\b(profile|fills)\s*[!=]==|['"]freqtrade['"]/.test(readFileSync(path, 'utf8')));
  expect(asking).toEqual([]);
});
