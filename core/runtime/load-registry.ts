import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { messageOf } from '../foundation/message-of.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { KINDS } from '../registry/kinds.ts';
import { Registry } from '../registry/registry.ts';
import { findSetsBy } from '../strategy/feature-sets.ts';
import { BUILTIN_PLUGINS } from './builtin-plugins.ts';
import { packageVersion } from './package-root.ts';
import { codeHash, type Exports, exportsOf, importUserFile, installHooks, packageEntry } from './user-code.ts';

/** Where modules beside the built-in ones come from. */
export interface RegistrySources {
  /** The user's folder; its `plugins/` holds files or folders with an index. */
  readonly userdir?: string;
  /** npm packages, installed beside the user's folder or in the working directory. */
  readonly packages?: readonly string[];
}

/**
 * The registry of a run: built-in modules (loaded on first use), then npm packages, then the user's files, which may replace built-in ones.
 * It is closed: nothing can be added after the start.
 * @throws TidegateError PLUGIN_EXPORT, PLUGIN_SHAPE, PLUGIN_PACKAGE, PLUGIN_DUPLICATE, PLUGIN_CORE, PLUGIN_REQUIRES, those of loading a file
 */
export async function loadRegistry(sources: RegistrySources = {}): Promise<Registry> {
  const registry = new Registry(packageVersion());
  for (const { load, ...plugin } of BUILTIN_PLUGINS)
    registry.registerLazy({
      ...plugin,
      load() {
        // Built-in modules import 'tidegate' as everybody's do: it has to resolve to the running copy.
        installHooks();
        return load();
      },
    });
  const { userdir, packages = [] } = sources;
  for (const name of new Set(packages)) {
    const { exports, entry } = await packageExports(name, userdir);
    registerAll(registry, exports, `package ${name}`, fileURLToPath(entry));
  }
  for (const path of userdir ? pluginFiles(join(userdir, 'plugins')) : []) {
    const exports = await importUserFile(path);
    if (!isLibrary(exports)) registerAll(registry, exports, path, path);
  }
  registry.close();
  findSetsBy((name, options) => registry.atOnce('feature', name, options, builtInSet));
  return registry;
}

/** A built-in feature set, loaded without waiting; null where the module is none of candles. */
function builtInSet(name: string): AnyPlugin | null {
  installHooks();
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const path = fileURLToPath(new URL(`../../plugins/features/${name}/index.${extension}`, import.meta.url));
  if (!existsSync(path)) return null;
  return (createRequire(import.meta.url)(path) as { readonly default: AnyPlugin }).default;
}

const INDEXES = ['ts', 'js', 'mts', 'mjs', 'cts', 'cjs'].map((extension) => `index.${extension}`);

/** Plugin files of a folder: TypeScript and JavaScript in it, modules or CommonJS, and the index of each folder below. */
export function pluginFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) {
        const index = INDEXES.find((file) => existsSync(join(folder, entry.name, file)));
        return index && entry.name !== 'node_modules' ? [resolve(folder, entry.name, index)] : [];
      }
      return /\.[mc]?[tj]s$/.test(entry.name) && !/\.(test|test-d|d)\.[mc]?[tj]s$/.test(entry.name)
        ? [resolve(folder, entry.name)]
        : [];
    });
}

async function packageExports(name: string, userdir: string | undefined): Promise<{ exports: Exports; entry: string }> {
  const places = [...(userdir ? [userdir] : []), process.cwd()];
  for (const place of places) {
    let entry: string | undefined;
    try {
      entry = packageEntry(name, place);
      if (entry) return { exports: exportsOf((await import(entry)) as Exports), entry };
    } catch (cause) {
      const isTypescript = (cause as NodeJS.ErrnoException).code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING';
      throw new TidegateError(
        'PLUGIN_PACKAGE',
        isTypescript
          ? `the package "${name}" is TypeScript`
          : `the package "${name}" threw while it was loaded: ${messageOf(cause)}`,
        {
          where: entry ? fileURLToPath(entry) : place,
          remedy: isTypescript
            ? 'Packages ship JavaScript: compile it, or copy its files to plugins in the user folder, where types are stripped.'
            : 'Update it, or take it out of plugins in the configuration.',
          cause,
        },
      );
    }
  }
  throw new TidegateError('PLUGIN_PACKAGE', `the package "${name}" is not installed`, {
    where: `plugins in the configuration; looked in ${places.join(' and ')}`,
    remedy: `Run "npm install ${name}" there, or take it out of plugins.`,
  });
}

function registerAll(
  registry: Registry,
  exports: Readonly<Record<string, unknown>>,
  origin: string,
  path: string,
): void {
  const made = exports.default;
  if (made === undefined)
    throw new TidegateError('PLUGIN_EXPORT', 'there is no default export', {
      where: origin,
      remedy: 'Write "export default definePlugin({ kind: …, name: …, … })", or export an array of such.',
    });
  const plugins: readonly unknown[] = Array.isArray(made) ? made : [made];
  const code = codeHash(path);
  for (const plugin of plugins) {
    checkShape(plugin, origin);
    registry.register(plugin, origin, code);
  }
}

/** Whether a file holds features that strategies import, and nothing else: no module to register. */
function isLibrary(exports: Readonly<Record<string, unknown>>): boolean {
  const all = Object.values(exports);
  return all.length > 0 && all.every((value) => typeof value === 'function' && 'definition' in value);
}

/** Says which part of a would-be plugin is missing or wrong. @throws TidegateError PLUGIN_SHAPE, PLUGIN_KIND */
function checkShape(value: unknown, origin: string): asserts value is AnyPlugin {
  const refuse = (what: string, remedy: string): never => {
    throw new TidegateError('PLUGIN_SHAPE', what, { where: origin, remedy });
  };
  if (typeof value !== 'object' || value === null)
    refuse(
      `the default export is ${value === null ? 'null' : `a ${typeof value}`}, not a plugin`,
      'Export what definePlugin({ … }) returns.',
    );
  const plugin = value as Partial<Record<keyof AnyPlugin, unknown>>;
  const label = typeof plugin.name === 'string' ? `"${plugin.name}"` : 'the plugin';
  if (typeof plugin.kind !== 'string' || !(plugin.kind in KINDS))
    throw new TidegateError('PLUGIN_KIND', `${JSON.stringify(plugin.kind)} is not a kind of module`, {
      where: origin,
      remedy:
        didYouMean(String(plugin.kind), Object.keys(KINDS)) || `Set kind to one of ${Object.keys(KINDS).join(', ')}.`,
    });
  if (typeof plugin.name !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plugin.name))
    refuse(
      `the name of a ${plugin.kind} module is ${JSON.stringify(plugin.name)}`,
      'Names are kebab-case: letters, digits and dashes, such as "my-sizing".',
    );
  if (typeof plugin.version !== 'string' || !/^\d+\.\d+\.\d+/.test(plugin.version))
    refuse(`${label} has the version ${JSON.stringify(plugin.version)}`, 'Give a semantic version: version: "1.0.0".');
  if (plugin.core !== undefined && !/^\^?\d+\.\d+(\.\d+)?$/.test(String(plugin.core)))
    refuse(
      `${label} has core = ${JSON.stringify(plugin.core)}, which is no range of versions`,
      'Write core: "^0.1", or one version, such as "0.1.0"; leave it out for any.',
    );
  if (plugin.requires !== undefined && !Array.isArray(plugin.requires))
    refuse(`${label} has requires = ${JSON.stringify(plugin.requires)}`, 'Write a list: requires: ["feature:volume"].');
  if (typeof plugin.doc !== 'string' || plugin.doc.trim() === '')
    refuse(`${label} has no doc line`, 'Say in one line what it is: doc: "…".');
  const options = plugin.options as { readonly shape?: unknown; readonly safeParse?: unknown } | undefined;
  if (typeof options?.shape !== 'object' || typeof options.safeParse !== 'function')
    refuse(`the options of ${label} are not a zod object`, 'Write options: z.object({ … }), with z from "tidegate".');
  if (typeof plugin.create !== 'function')
    refuse(`${label} has no create function`, 'Write create(options) { return { name, … } }.');
}
