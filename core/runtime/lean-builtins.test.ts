import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { leanBuiltin } from './lean-builtins.ts';
import { packageRoot } from './package-root.ts';

const folder = join(packageRoot(), 'node_modules/commander/lib');
const files = readdirSync(folder).map((name) => join(folder, name));

it('gives commander everything that it imports and uses of these modules', async () => {
  let count = 0;
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const [, clause, specifier] of text.matchAll(/^import (.+) from '(node:\w+)';$/gm)) {
      const url = leanBuiltin(specifier!, pathToFileURL(file).href);
      if (!url) continue;
      count++;
      const lean = (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
      const whole = (await import(specifier!)) as Record<string, unknown>;
      const names = clause!.startsWith('{') ? clause!.slice(1, -1).split(',') : ['default'];
      for (const name of names.map((n) => n.trim())) {
        expect(Object.keys(lean), `${name} of ${specifier}`).toContain(name);
        if (specifier !== 'node:child_process') expect(lean[name]).toBe(whole[name]);
      }
      if (specifier === 'node:child_process') {
        const used = [...text.matchAll(/\bchildProcess\.(\w+)/g)].map((match) => match[1]!);
        expect(Object.keys(lean.default as object)).toEqual([...new Set(used)]);
      }
    }
  }
  expect(count).toBe(4);
});

it('leaves other modules, and the imports of all others, alone', () => {
  const commander = pathToFileURL(files[0]!).href;
  expect(leanBuiltin('node:fs', commander)).toBeNull();
  expect(leanBuiltin('node:process', undefined)).toBeNull();
  expect(leanBuiltin('node:process', pathToFileURL(join(packageRoot(), 'core/cli/main.ts')).href)).toBeNull();
});
