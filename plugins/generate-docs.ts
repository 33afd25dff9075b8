import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyPlugin } from 'tidegate';
import { moduleFolders, writeOrCheck } from './generate-manifest.ts';
import { cell, type Property, typeOf } from './option-type.ts';

/** Where the pages of modules are: one per kind, and an index. */
const PAGES = fileURLToPath(new URL('../docs/reference/plugins/', import.meta.url));

/** File name -> text of every page, from the modules' own declarations. */
async function docPages(): Promise<ReadonlyMap<string, string>> {
  // Imported late: run as a script, 'tidegate' only resolves once the hooks are installed.
  const { KINDS, optionsSchema } = await import('tidegate');
  const byKind = new Map<string, AnyPlugin[]>();
  for (const folder of moduleFolders()) {
    const { default: plugin } = (await import(`./${folder}/index.ts`)) as { default: AnyPlugin };
    byKind.set(plugin.kind, [...(byKind.get(plugin.kind) ?? []), plugin]);
  }
  const pages = new Map<string, string>();
  const rows: string[] = [];
  for (const [kind, doc] of Object.entries(KINDS)) {
    const plugins = byKind.get(kind) ?? [];
    rows.push(`| [${kind}](${kind}.md) | ${doc} | ${plugins.map((p) => `\`${p.name}\``).join(', ')} |`);
    const sections = plugins.map((plugin) =>
      section(plugin, optionsSchema(plugin) as { properties?: Record<string, Property> }),
    );
    pages.set(
      `${kind}.md`,
      `${NOTE}\n# Built-in ${kind} modules\n\nA ${kind} module: ${doc}.\n\n${sections.join('\n')}`,
    );
  }
  const head =
    '# Modules\n\nEvery kind of module with the built-in ones. How to write one: [plugins](../../guides/plugins.md).\n';
  pages.set('README.md', `${NOTE}\n${head}\n| kind | what it does | built in |\n|---|---|---|\n${rows.join('\n')}\n`);
  return pages;
}

const NOTE = '<!-- Made by plugins/generate-docs.ts from the modules themselves; do not edit. -->\n';

function section(plugin: AnyPlugin, { properties = {} }: { properties?: Record<string, Property> }): string {
  const rows = Object.entries(properties).map(([name, p]) => {
    const fallback = p.default === undefined ? '' : `\`${JSON.stringify(p.default)}\``;
    return `| \`${name}\` | ${typeOf(p)} | ${fallback} | ${cell(p.description ?? '')} |`;
  });
  const table =
    rows.length === 0 ? 'No options.' : `| option | type | default | |\n|---|---|---|---|\n${rows.join('\n')}`;
  return `## ${plugin.name}\n\n${plugin.doc}. Version ${plugin.version}.\n\n${table}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { installHooks } = await import('../core/runtime/user-code.ts');
  installHooks();
  const { configurationPage } = await import('./configuration-page.ts');
  const pages = [...(await docPages())].map(([name, text]) => [join(PAGES, name), text] as const);
  writeOrCheck(new Map([...pages, [join(PAGES, '../configuration.md'), configurationPage()]]));
}
