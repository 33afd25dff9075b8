import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyPlugin } from 'tidegate';
import { moduleFolders, writeOrCheck } from './generate-manifest.ts';

/** Where the pages are: one per kind, and an index. */
const PAGES = fileURLToPath(new URL('../docs/reference/plugins/', import.meta.url));

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

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
    return `| \`${name}\` | ${typeOf(p)} | ${fallback} | ${escaped(p.description ?? '')} |`;
  });
  const table =
    rows.length === 0 ? 'No options.' : `| option | type | default | |\n|---|---|---|---|\n${rows.join('\n')}`;
  return `## ${plugin.name}\n\n${plugin.doc}. Version ${plugin.version}.\n\n${table}\n`;
}

function typeOf(p: Property): string {
  if (p.anyOf) return p.anyOf.map(typeOf).join(' or ');
  if (p.enum) return p.enum.map((value) => `\`${value}\``).join(' or ');
  if (p.const !== undefined) return `\`${p.const}\``;
  if (p.type === 'array') return `list of ${typeOf(p.items ?? {})}`;
  if (p.type === 'object') return 'table';
  return `${p.type ?? 'any'}${rangeOf(p)}`;
}

function rangeOf(p: Property): string {
  const parts = [
    p.exclusiveMinimum !== undefined
      ? `> ${p.exclusiveMinimum}`
      : p.minimum !== undefined && p.minimum > -1e15
        ? `>= ${p.minimum}`
        : '',
    p.exclusiveMaximum !== undefined
      ? `< ${p.exclusiveMaximum}`
      : p.maximum !== undefined && p.maximum < 1e15
        ? `<= ${p.maximum}`
        : '',
  ].filter(Boolean);
  return parts.length > 0 ? ` ${parts.join(', ')}` : '';
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { installHooks } = await import('../core/runtime/user-code.ts');
  installHooks();
  writeOrCheck(new Map([...(await docPages())].map(([name, text]) => [join(PAGES, name), text])));
}
