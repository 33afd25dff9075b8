import { z } from 'zod';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import type { AnyPlugin } from './define-plugin.ts';
import { KINDS, type Kind, type KindContracts } from './kinds.ts';
import { makeModule } from './make-module.ts';

/** A registered module and where it came from: `built-in`, a file of the user, or an npm package. */
export interface Entry {
  readonly plugin: AnyPlugin;
  readonly origin: string;
  /** Hash of its code, where it is none of ours. */
  readonly code?: string;
}

/** A module by name with its options, as config files write it: `{ name: 'kelly', fraction: 0.5 }` or just `'kelly'`. */
export type ModuleChoice = string | ({ readonly name: string } & Readonly<Record<string, unknown>>);

/** Loads a built-in plugin when it is first asked for: start-up touches only what is used. */
export type LazyPlugin = {
  readonly kind: Kind;
  readonly name: string;
  readonly doc: string;
  readonly load: () => Promise<AnyPlugin>;
};

/** All modules of a run by kind and name. User modules replace built-in ones of the same name; once closed, nothing can be added. */
export class Registry {
  readonly #entries = new Map<string, Entry>();
  readonly #lazy = new Map<string, LazyPlugin>();
  readonly #used = new Map<string, string>();
  readonly #version: string;
  #closed = false;

  /** @param version Tidegate's own, which plugins' `core` ranges are held against */
  constructor(version: string) {
    this.#version = version;
  }

  /**
   * Adds a module.
   * @param code hash of its code
   * @throws TidegateError PLUGIN_KIND, PLUGIN_CORE, PLUGIN_DUPLICATE (two of one origin), PLUGIN_LATE
   */
  register(plugin: AnyPlugin, origin: string, code?: string): void {
    const where = origin;
    if (this.#closed)
      throw new TidegateError('PLUGIN_LATE', `${plugin.kind} "${plugin.name}" was registered after the start`, {
        where,
        remedy: 'Register modules before the run is made.',
      });
    if (!(plugin.kind in KINDS))
      throw new TidegateError('PLUGIN_KIND', `"${plugin.kind}" is not a kind of module`, {
        where,
        remedy: didYouMean(plugin.kind, Object.keys(KINDS)) || `Kinds: ${Object.keys(KINDS).join(', ')}.`,
      });
    if (plugin.core && !satisfies(this.#version, plugin.core))
      throw new TidegateError(
        'PLUGIN_CORE',
        `${plugin.kind} "${plugin.name}" wants Tidegate ${plugin.core}, this is ${this.#version}`,
        { where, remedy: 'Update the plugin, or Tidegate.' },
      );
    const key = `${plugin.kind}:${plugin.name}`;
    const known = this.#entries.get(key);
    if (known && known.origin !== 'built-in')
      throw new TidegateError('PLUGIN_DUPLICATE', `${plugin.kind} "${plugin.name}" is defined twice`, {
        where: `${known.origin} and ${origin}`,
        remedy: 'Rename one of them.',
      });
    this.#entries.set(key, { plugin, origin, ...(code && { code }) });
  }

  /** Adds a built-in module that loads on first use. */
  registerLazy(plugin: LazyPlugin): void {
    this.#lazy.set(`${plugin.kind}:${plugin.name}`, plugin);
  }

  /** Checks what modules need of each other and closes the registry. @throws TidegateError PLUGIN_REQUIRES */
  close(): void {
    for (const { plugin, origin } of this.#entries.values())
      for (const need of plugin.requires ?? [])
        if (!this.#entries.has(need) && !this.#lazy.has(need))
          throw new TidegateError(
            'PLUGIN_REQUIRES',
            `${plugin.kind} "${plugin.name}" needs ${need}, which is not registered`,
            { where: origin, remedy: didYouMean(need, [...this.#entries.keys(), ...this.#lazy.keys()]) },
          );
    this.#closed = true;
  }

  /** Names, doc lines and origins of a kind (or of all), sorted. */
  list(
    kind?: Kind,
  ): readonly { readonly kind: Kind; readonly name: string; readonly doc: string; readonly origin: string }[] {
    const rows = new Map<string, { kind: Kind; name: string; doc: string; origin: string }>();
    for (const [key, { kind: k, name, doc }] of this.#lazy) rows.set(key, { kind: k, name, doc, origin: 'built-in' });
    for (const [key, { plugin, origin }] of this.#entries)
      rows.set(key, { kind: plugin.kind, name: plugin.name, doc: plugin.doc, origin });
    return [...rows.values()]
      .filter((row) => kind === undefined || row.kind === kind)
      .sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
  }

  /**
   * The entry of a module, loading it if it is built in.
   * @throws TidegateError PLUGIN_UNKNOWN with the nearest name
   */
  async find(kind: Kind, name: string, where?: string): Promise<Entry> {
    const key = `${kind}:${name}`;
    const known = this.#known(key);
    if (known) return known;
    const lazy = this.#lazy.get(key);
    if (lazy) {
      const entry: Entry = { plugin: await lazy.load(), origin: 'built-in' };
      this.#entries.set(key, entry);
      return entry;
    }
    throw this.#unknown(kind, name, where);
  }

  /** Hashes of the code of what was asked for so far and is none of ours, by kind and name: a run's inputs hold them. */
  get usedCode(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#used);
  }

  /** Hash of the code of a module by kind and name (`sizing:half-free`); undefined where it is one of ours, or not there. */
  codeOf(key: string): string | undefined {
    return this.#entries.get(key)?.code;
  }

  /** Hashes of the code of all modules that are none of ours, used or not. */
  get foreignCode(): string {
    return [...this.#entries.values()].flatMap(({ code }) => code ?? []).join();
  }

  #known(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.code) this.#used.set(key, entry.code);
    return entry;
  }

  #unknown(kind: Kind, name: string, where?: string): TidegateError {
    const near = didYouMean(
      name,
      this.list(kind).map((row) => row.name),
    );
    return new TidegateError('PLUGIN_UNKNOWN', `${kind} "${name}" is not registered`, {
      ...(where && { where }),
      remedy: `${near} List: "tidegate list ${kind}".`.trim(),
    });
  }

  /**
   * Makes a module from a name or a name with options.
   * @param where config path, for errors
   * @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION, PLUGIN_FAILED, PLUGIN_MADE
   */
  async create<K extends Kind>(kind: K, chosen: ModuleChoice, where?: string): Promise<KindContracts[K]> {
    const { name, ...given } = typeof chosen === 'string' ? { name: chosen } : chosen;
    const { plugin } = await this.find(kind, name, where);
    return makeModule<K>(plugin, this.#options(plugin, given, where), where);
  }

  /**
   * A module that is loaded, or that `load` loads at once, and its checked options: for `m.set`, which cannot wait.
   * @throws TidegateError PLUGIN_UNKNOWN, PLUGIN_OPTION
   */
  atOnce(kind: Kind, name: string, given: Readonly<Record<string, unknown>>, load: (name: string) => AnyPlugin | null) {
    const key = `${kind}:${name}`;
    const plugin = this.#known(key)?.plugin ?? (this.#lazy.has(key) ? load(name) : null);
    if (!plugin) throw this.#unknown(kind, name);
    return { plugin, options: this.#options(plugin, given) as Record<string, unknown> };
  }

  #options(plugin: AnyPlugin, given: Readonly<Record<string, unknown>>, where?: string): unknown {
    const at = where ? { where } : {};
    const names = Object.keys(plugin.options.shape);
    for (const key of Object.keys(given))
      if (!names.includes(key))
        throw new TidegateError('PLUGIN_OPTION', `${plugin.kind} "${plugin.name}" has no option "${key}"`, {
          ...at,
          remedy: didYouMean(key, names) || `Its options: ${names.join(', ') || 'none'}.`,
        });
    const parsed = plugin.options.safeParse(given);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    const path = issue.path.join('.');
    throw new TidegateError(
      'PLUGIN_OPTION',
      `${plugin.kind} "${plugin.name}" cannot take ${path || 'options'} = ${JSON.stringify(path ? given[String(issue.path[0])] : given)}: ${issue.message}`,
      { ...at, remedy: `See "tidegate show ${plugin.kind} ${plugin.name}".` },
    );
  }
}

/** JSON schema of a plugin's options, for editors and `tidegate show`. */
export function optionsSchema(plugin: AnyPlugin): unknown {
  return z.toJSONSchema(plugin.options, { io: 'input' });
}

/** True when `version` lies in a caret range such as `^1.2` (or equals an exact version). */
export function satisfies(version: string, range: string): boolean {
  const numbers = (text: string) => text.split('.').map(Number);
  const [major = 0, minor = 0, patch = 0] = numbers(version);
  if (!range.startsWith('^')) return version === range;
  const [wantMajor = 0, wantMinor = 0, wantPatch = 0] = numbers(range.slice(1));
  if (major !== wantMajor) return false;
  if (major === 0 && minor !== wantMinor) return false;
  return minor > wantMinor || (minor === wantMinor && patch >= wantPatch);
}
