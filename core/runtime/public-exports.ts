import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where a public name is defined: a module by URL, and the name that it has there. */
export interface PublicExport {
  readonly url: string;
  readonly name: string;
}

const FROM = /export\s+(?:\*|\{([^}]*)\})\s+from\s+['"]([^'"]+)['"]/g;
const OWN = /export\s+(?:async\s+)?(?:const|let|class|function\*?)\s+([\w$]+)/g;

let known: ReadonlyMap<string, PublicExport> | undefined;

/**
 * Every value that 'tidegate' exports, by name, read from the text of the index files: a strategy that imports three names then costs the modules
 * of those three, not all five hundred.
 */
export function publicExports(): ReadonlyMap<string, PublicExport> {
  known ??= collect(
    fileURLToPath(new URL(`../../index.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)),
  );
  return known;
}

function collect(entry: string): Map<string, PublicExport> {
  const found = new Map<string, PublicExport>();
  const read = new Set<string>();
  const walk = (file: string): void => {
    if (read.has(file) || !existsSync(file)) return;
    read.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, list, specifier] of text.matchAll(FROM)) {
      const isLocal = specifier!.startsWith('.');
      const target = isLocal ? resolve(dirname(file), specifier!) : '';
      if (list === undefined) {
        if (isLocal) walk(target);
        continue;
      }
      const url = isLocal ? pathToFileURL(target).href : import.meta.resolve(specifier!);
      for (const { name, as } of namesIn(list)) found.set(as, { url, name });
    }
    const url = pathToFileURL(file).href;
    for (const [, name] of text.matchAll(OWN)) found.set(name!, { url, name: name! });
  };
  walk(entry);
  return found;
}

/** The name under which a built-in feature is exported: `plus-di` is plusDi. */
export function exportOfFeature(name: string): string {
  // A reserved word.
  if (name === 'var') return 'variance';
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The values in the braces of an import or export: types are left out. */
export function namesIn(list: string): { readonly name: string; readonly as: string }[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && !item.startsWith('type '))
    .map((item) => {
      const [name, as] = item.split(/\s+as\s+/);
      return { name: name!, as: as ?? name! };
    });
}
