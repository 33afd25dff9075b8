import { registerHooks } from 'node:module';
import { lazyLocales } from './lazy-locales.ts';
import { leanBuiltin } from './lean-builtins.ts';

/** Packages of many small files, modules throughout. */
const PACKAGES = /\/node_modules\/(?:zod|commander|ccxt)\/(?!node_modules\/)/;

let installed = false;

/**
 * Answers what a relative import means without asking Node, for our own files and a few packages: there it is the file of that name, a module.
 * Node's own way looks at every folder above each file, which for the 450 modules of a backtest is a sixth of its start. Everything else, users'
 * files among them, goes Node's way. Idempotent; worker threads call it too.
 */
export function installQuickImports(): void {
  if (installed) return;
  installed = true;
  const answer = quickResolver(import.meta.url);
  registerHooks({
    resolve(specifier, context, next) {
      const lean = leanBuiltin(specifier, context.parentURL);
      if (lean) return { url: lean, format: 'module', shortCircuit: true };
      const found = answer(specifier, context);
      return found ? { ...found, url: lazyLocales(found.url) ?? found.url } : next(specifier, context);
    },
  });
}

/** What an import resolves to. */
interface Resolution {
  readonly url: string;
  readonly format: string;
  readonly shortCircuit: true;
}

/**
 * What `installQuickImports` asks first.
 * @param here URL of a file two folders below the root of our own files
 * @returns null where Node is to be asked
 */
export function quickResolver(here: string) {
  const root = new URL('../../', here).href;
  const extension = here.endsWith('.ts') ? '.ts' : '.js';
  const ownFormat = extension === '.ts' ? 'module-typescript' : 'module';
  const isOurs = (url: string) =>
    url.startsWith(root) && /^(?:(?:core|plugins|strategies)\/|index\.)/.test(url.slice(root.length));
  return (
    specifier: string,
    { parentURL, conditions }: { readonly parentURL?: string | undefined; readonly conditions: Iterable<string> },
  ): Resolution | null => {
    // Modules made of texts, such as the slim entry, import by URL.
    if (specifier.endsWith(extension) && isOurs(specifier))
      return { url: specifier, format: ownFormat, shortCircuit: true };
    if (!specifier.startsWith('.') || parentURL === undefined) return null;
    if (specifier.endsWith(extension) && isOurs(parentURL)) {
      const { href: url } = new URL(specifier, parentURL);
      return isOurs(url) ? { url, format: ownFormat, shortCircuit: true } : null;
    }
    // Node 22 tells what a `require` asks for as a set.
    if (specifier.endsWith('.js') && PACKAGES.test(parentURL) && [...conditions].includes('import'))
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
    return null;
  };
}
