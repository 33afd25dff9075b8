import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** The manifest that start-up reads in place of the modules themselves. */
const MANIFEST = join(ROOT, 'core/runtime/builtin-plugins.ts');

/** What the manifest says of a module; the rest loads with it. */
interface Listed {
  readonly kind: string;
  readonly name: string;
  readonly doc: string;
}

/** Folders of built-in modules, `sizing/kelly`, sorted. */
export function moduleFolders(): string[] {
  const below = (folder: string) =>
    readdirSync(join(ROOT, 'plugins', folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  return below('.').flatMap((kind) => below(kind).map((name) => `${kind}/${name}`));
}

/** Text of the manifest for the modules that are there now. */
async function manifestText(): Promise<string> {
  const rows: string[] = [];
  for (const folder of moduleFolders()) {
    const path = `../../plugins/${folder}/index.ts`;
    const { default: plugin } = (await import(`./${folder}/index.ts`)) as { default: Listed };
    const fields = [
      `    kind: '${plugin.kind}',`,
      `    name: '${plugin.name}',`,
      `    doc: ${quoted(plugin.doc)},`,
      `    load: async () => (await import('${path}')).default,`,
    ];
    rows.push(`  {\n${fields.join('\n')}\n  },`);
  }
  return `// Made by plugins/generate-manifest.ts: run "node plugins/generate-manifest.ts" after adding or renaming a module.
import type { LazyPlugin } from '../registry/registry.ts';

/** Every built-in module: known at once, loaded on first use. */
export const BUILTIN_PLUGINS: readonly LazyPlugin[] = [
${rows.join('\n')}
];
`;
}

/** A string literal as the formatter writes it: single quotes unless there are more of them inside. */
function quoted(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`;
}

/** Writes files whose text has changed; with `--check` says which are stale instead, and exits 1. Paths are absolute. */
export function writeOrCheck(files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    if (process.argv.includes('--check')) {
      console.log(`${relative(ROOT, path)} is stale: run "node ${relative(ROOT, process.argv[1]!)}"`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { installHooks } = await import('../core/runtime/user-code.ts');
  installHooks();
  writeOrCheck(new Map([[MANIFEST, await manifestText()]]));
}
