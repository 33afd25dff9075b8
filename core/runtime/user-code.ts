import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TidegateError } from '../foundation/errors.ts';
import { installQuickImports } from './quick-imports.ts';
import { slimEntry, slimSource } from './slim-entry.ts';

let installed = false;

/**
 * Makes user files loadable as they are: `'tidegate'` resolves to the running copy (one instance of everything), and .ts files are modules
 * whatever the package.json around them says. Idempotent; every worker calls it too.
 */
export function installHooks(): void {
  if (installed) return;
  installed = true;
  installQuickImports();
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = new URL(`../../index.${extension}`, import.meta.url).href;
  const testing = new URL(`../testing/index.${extension}`, import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'tidegate') return { url: slimEntry(context.parentURL) ?? entry, shortCircuit: true };
      if (specifier === 'tidegate/testing') return { url: testing, shortCircuit: true };
      const [, name, from] = BESIDE.exec(specifier) ?? [];
      if (name) return next(name, { ...context, parentURL: from });
      const found = next(specifier, context);
      // A file that is imported afresh takes its own files along.
      const code = specifier.startsWith('.') && FRESH.exec(context.parentURL ?? '')?.[0];
      return code && found.url.startsWith('file:') ? { ...found, url: found.url + code } : found;
    },
    load(url, context, next) {
      const source = slimSource(url);
      if (source !== null) return { format: 'module', source, shortCircuit: true };
      const isUserTypescript = url.startsWith('file:') && /\.m?ts(?:\?|$)/.test(url) && !url.includes('/node_modules/');
      return next(url, isUserTypescript ? { ...context, format: 'module-typescript' } : context);
    },
  });
}

/** Asks for a package as a file elsewhere would: `import.meta.resolve` takes no such file. */
const BESIDE = /^beside:([^:]+):(file:.+)$/;

/**
 * Where the entry of a package is that is installed beside a folder or above it, as a URL.
 * @returns undefined when none is there
 * @throws what Node says of a package that has no entry
 */
export function packageEntry(name: string, folder: string): string | undefined {
  installHooks();
  const from = pathToFileURL(resolve(folder, 'package.json')).href;
  try {
    return import.meta.resolve(`beside:${name}:${from}`);
  } catch (cause) {
    if ((cause as Error).message.startsWith(`Cannot find package '${name}'`)) return undefined;
    throw cause;
  }
}

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/** What a module exports. CommonJS that was compiled from modules has all of it, marked, below `default`. */
export function exportsOf(module: Exports): Exports {
  const { default: whole } = module;
  return typeof whole === 'object' && whole !== null && '__esModule' in whole ? (whole as Exports) : module;
}

/** What marks the URL of a file that was imported before, with other code. */
const FRESH = /\?code=[0-9a-f]+$/;
/** Files by path: the URL that they were last imported by, and the hash of their code then. */
const imported = new Map<string, { readonly hash: string; readonly url: string }>();

/** How often all files were forgotten. */
let generation = 0;

/** From now on users' files are imported anew, though their code may be the same: what their modules remember is left behind. */
export function forgetUserFiles(): void {
  generation++;
  imported.clear();
}

/** The URL to import a file by: a new one where its code, or that of files that it imports, has changed since the last time. */
function urlOf(path: string): string {
  const plain = pathToFileURL(path).href;
  const hash = codeHash(path);
  const before = imported.get(path);
  if (before?.hash === hash) return before.url;
  const isFirst = !before && generation === 0;
  const url = isFirst ? plain : `${plain}?code=${hash.slice(0, 16)}${generation.toString(16)}`;
  imported.set(path, { hash, url });
  return url;
}

/**
 * Imports a user's file: afresh, with the files that it imports by relative path, where any of them has changed.
 * @throws TidegateError USER_FILE_MISSING, USER_CODE_SYNTAX, USER_CODE_IMPORT: what TypeScript that runs as it is may not contain, explained
 */
export async function importUserFile(path: string): Promise<Exports> {
  installHooks();
  if (!existsSync(path))
    throw new TidegateError('USER_FILE_MISSING', `there is no file ${path}`, { remedy: 'Check the path.' });
  try {
    return exportsOf((await import(urlOf(path))) as Exports);
  } catch (cause) {
    throw explain(path, cause);
  }
}

function explain(path: string, cause: unknown): unknown {
  if (cause instanceof TidegateError || !(cause instanceof Error)) return cause;
  const { message } = cause;
  const code = (cause as NodeJS.ErrnoException).code;
  const missing = /does not provide an export named '(\w+)'/.exec(message);
  if (missing)
    return new TidegateError('USER_CODE_IMPORT', `${path} imports "${missing[1]}", which is not there when it runs`, {
      where: path,
      remedy: `If ${missing[1]} is a type, write "import { type ${missing[1]} } from …": types are stripped, not checked, when a strategy loads. Otherwise check the name.`,
      cause,
    });
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return new TidegateError(
      'USER_CODE_SYNTAX',
      `${path} uses TypeScript that is more than types: ${message.split('\n')[0]}`,
      {
        where: path,
        remedy:
          'Enums, namespaces and parameter properties need a compiler. Use "const X = { A: 1 } as const" in place of an enum, and plain fields in place of parameter properties.',
        cause,
      },
    );
  if (code === 'ERR_INVALID_TYPESCRIPT_SYNTAX' || cause instanceof SyntaxError)
    return new TidegateError('USER_CODE_SYNTAX', `${path} has a syntax error: ${message.split('\n')[0]}`, {
      where: path,
      remedy: /outside a module|'export'/.test(message)
        ? 'The package.json above it says "type": "commonjs": write "type": "module" there, or call the file .mjs or .ts.'
        : 'Mend what your editor, or "npx tsc --noEmit", marks in it.',
      cause,
    });
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT') {
    const wanted = /'([^']+)'/.exec(message)?.[1] ?? '';
    const remedy = ['.ts', '.js', '/index.ts'].map((end) => wanted + end).find((file) => existsSync(file));
    return new TidegateError('USER_CODE_IMPORT', `${path} imports ${wanted}, which does not exist`, {
      where: path,
      remedy: remedy
        ? `Imports end in their extension: write "${remedy.slice(remedy.lastIndexOf('/') + 1)}".`
        : 'Check the path; packages must be installed beside user_data (npm install).',
      cause,
    });
  }
  if (path.endsWith('.py'))
    return new TidegateError('USER_CODE_FAILED', `${path} is Python: strategies are TypeScript`, {
      where: path,
      remedy: 'docs/guides/from-freqtrade.md says how each part of a Freqtrade strategy is written here.',
    });
  return new TidegateError('USER_CODE_FAILED', `${path} threw while it was loaded: ${message}`, {
    where: path,
    remedy: 'Run with --debug to see where.',
    cause,
  });
}

/** What a path without its extension may mean to `require`. */
const REQUIRED = ['', '.js', '.cjs', '.json', '/index.js'];

/** SHA-256 over a file and the files that it imports or requires by relative path, in a fixed order. */
export function codeHash(path: string): string {
  const seen = new Map<string, string>();
  const walk = (named: string): void => {
    const file = REQUIRED.map((end) => named + end).find((one) => statSync(one, { throwIfNoEntry: false })?.isFile());
    if (file === undefined || seen.has(file)) return;
    const text = readFileSync(file, 'utf8');
    seen.set(file, text);
    for (const match of text.matchAll(/(?:from|import|require)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g))
      walk(resolve(dirname(file), match[1]!));
  };
  walk(path);
  const hash = createHash('sha256');
  for (const text of [...seen.values()].map((t) => createHash('sha256').update(t).digest('hex')).sort())
    hash.update(text);
  return hash.digest('hex');
}
