import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where a public name is defined: a module by URL, and the name that it has there. */
export interface PublicExport {
  readonly url: string;
  readonly name: string;
}

const FROM = /export\s+(?:\*|\{([^}]*)\})\s+from\s+['"]([^'"]+)['"]/g;
const OWN = /export\s+(?:async\s+)?(?:const|let|class|function\*?)\s+([\w$]+)/g;

/** Where a name is defined, as its index file says: what the file imports from, and the name there. */
type Place = readonly [file: string, specifier: string, name: string];

const found = new Map<string, Place>();
/** Index files that are to be read, or were. Those below come after those above: most names are in the first few. */
const files = new Set<string>();
let unread: Iterator<string> | undefined;

/**
 * Where a value that 'tidegate' exports is defined, read from the text of the index files: a strategy that imports three names then costs the
 * modules of those three, not all five hundred. Undefined for a name that it does not export.
 */
export function publicExport(name: string): PublicExport | undefined {
  while (!found.has(name) && readNext());
  const place = found.get(name);
  if (!place) return undefined;
  const [file, specifier, there] = place;
  const isLocal = specifier.startsWith('.');
  return {
    url: isLocal ? pathToFileURL(resolve(dirname(file), specifier)).href : import.meta.resolve(specifier),
    name: there,
  };
}

/** The names of all of them. */
export function publicNames(): readonly string[] {
  while (readNext());
  return [...found.keys()];
}

/** Reads one index file more. @returns false when all have been read */
function readNext(): boolean {
  if (!unread) {
    files.add(fileURLToPath(new URL(`../../index.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)));
    unread = files.values();
  }
  const { value: file, done } = unread.next();
  if (done) return false;
  if (existsSync(file)) collect(file);
  return true;
}

function collect(file: string): void {
  const text = readFileSync(file, 'utf8');
  for (const [, list, specifier] of text.matchAll(FROM)) {
    if (list !== undefined) for (const { name, as } of namesIn(list)) found.set(as, [file, specifier!, name]);
    else if (specifier!.startsWith('.')) files.add(resolve(dirname(file), specifier!));
  }
  const own = `./${basename(file)}`;
  for (const [, name] of text.matchAll(OWN)) found.set(name!, [file, own, name!]);
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
