import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { namesIn, publicExport } from './public-exports.ts';

const SCHEME = 'tidegate:';
const IMPORTS = /\bimport(?=[\s{])\s*([^;'"]*?)\s*\bfrom\s*['"]tidegate['"]/g;
const MENTIONS = /['"`]tidegate['"`]/g;

/**
 * URL of a module with just the names that a file imports from 'tidegate', the same bindings as the whole entry has. Null where they cannot be
 * told (a namespace import, a re-export, `require`, an unknown name): then the whole entry is loaded, and says what is wrong.
 */
export function slimEntry(importer: string | undefined): string | null {
  if (!importer?.startsWith('file:')) return null;
  const text = readFileSync(fileURLToPath(importer), 'utf8');
  const imports = [...text.matchAll(IMPORTS)];
  if (imports.length === 0 || imports.length < text.match(MENTIONS)!.length) return null;
  const wanted = new Set<string>();
  for (const [, clause] of imports) {
    if (clause!.startsWith('type ')) continue;
    const list = /^\{([^}]*)\}$/.exec(clause!)?.[1];
    if (list === undefined) return null;
    for (const { name } of namesIn(list)) {
      if (!publicExport(name)) return null;
      wanted.add(name);
    }
  }
  return SCHEME + [...wanted].sort().join(',');
}

/** The source of such a module, or null when the URL is of something else. */
export function slimSource(url: string): string | null {
  if (!url.startsWith(SCHEME)) return null;
  const names = url.slice(SCHEME.length).split(',').filter(Boolean);
  const lines = names.map((name) => {
    const { url: from, name: there } = publicExport(name)!;
    return `export { ${there} as ${name} } from ${JSON.stringify(from)};`;
  });
  return `${lines.join('\n')}\nexport {};\n`;
}
