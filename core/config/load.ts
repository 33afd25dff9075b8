import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { z } from 'zod';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { messageOf, shown } from '../foundation/message-of.ts';
import { type Config, configSchema } from './schema.ts';

type Tree = Record<string, unknown>;

/** Reads YAML; its 72 modules are loaded only where there is some to read. */
const parseDocument: typeof import('yaml').parseDocument = (...args) =>
  (createRequire(import.meta.url)('yaml') as typeof import('yaml')).parseDocument(...args);

/** Where a configuration comes from. Later sources win: files in order, environment, command line. */
export interface ConfigSources {
  readonly files: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly commandLine?: Tree;
  /** Of a script, in place of all others. */
  readonly settings?: Tree;
}

/**
 * Reads, merges and checks a configuration. Files are YAML or JSON (comments allowed in both). `TIDEGATE__COSTS__LATENCY_MS=100` overrides
 * `costs.latencyMs`. Without a `stakeCurrency`, pairs that all settle in one dollar or stablecoin (or EUR, GBP) set it.
 * @throws TidegateError CONFIG_FILE, CONFIG_SYNTAX (with line), CONFIG_UNKNOWN_KEY (nearest suggested), CONFIG_VALUE
 */
export function loadConfig(sources: ConfigSources): Config {
  const origin = new Map<string, string>();
  let merged: Tree = {};
  for (const file of sources.files) merged = merge(merged, readTree(file), file, origin);
  merged = merge(merged, fromEnvironment(sources.environment ?? {}), 'environment', origin);
  merged = merge(merged, sources.commandLine ?? {}, 'command line', origin);
  merged = merge(merged, sources.settings ?? {}, 'settings', origin);
  const settled = merged.stakeCurrency === undefined ? settledIn(merged.pairs) : undefined;
  const parsed = configSchema.safeParse(settled === undefined ? merged : { ...merged, stakeCurrency: settled });
  if (parsed.success) return parsed.data;
  throw explain(parsed.error.issues[0]!, merged, origin);
}

/** Worth about a dollar: the default balance and stake mean the same in them. */
const LIKE_DOLLARS: readonly string[] = ['USD', 'USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'DAI', 'EUR', 'GBP'];

/** The one currency that all named pairs settle in, where the default balance makes sense in it. */
function settledIn(pairs: unknown): string | undefined {
  if (!Array.isArray(pairs)) return undefined;
  const found = new Set(pairs.map((pair) => String(pair).split('/').at(-1)!.split(':').at(-1)!));
  const [only] = found;
  return found.size === 1 && LIKE_DOLLARS.includes(only!) ? only : undefined;
}

/** JSON schema of the configuration, for editors. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { io: 'input' });
}

function readTree(file: string): Tree {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TidegateError('CONFIG_FILE', `cannot read the configuration ${file}`, {
      remedy: 'Check the path given with --config.',
      cause,
    });
  }
  // JSON with comments is read as YAML, once the comments that YAML does not know are blanked out.
  const tree = fromYaml(extname(file) === '.json' ? blankComments(text) : text, file);
  if (tree === null || tree === undefined) return {};
  if (typeof tree !== 'object' || Array.isArray(tree))
    throw new TidegateError('CONFIG_SYNTAX', `${file} holds no settings`, {
      where: file,
      remedy: 'Write "key: value" lines, or a JSON object.',
    });
  return tree as Tree;
}

/** What YAML says. @param source file or variable, for errors @throws TidegateError CONFIG_SYNTAX */
function fromYaml(text: string, source: string): unknown {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'error' });
  const refuse = (message: string, line: number, cause?: unknown): never => {
    throw new TidegateError('CONFIG_SYNTAX', `${source} is not well formed: ${message.split('\n')[0]}`, {
      where: `${source}:${line}`,
      remedy: 'Mend that line: YAML, or JSON with comments. Text with signs such as { [ * & : # stands in quotes.',
      cause,
    });
  };
  const [error] = document.errors;
  if (error) refuse(error.message, error.linePos?.[0].line ?? 1);
  try {
    return document.toJS() as unknown;
  } catch (cause) {
    // An alias without its anchor, or too many of them.
    return refuse(messageOf(cause), 1, cause);
  }
}

/** Replaces comments (// and /* … *‍/) and trailing commas outside strings by blanks, so that places in messages stay right. */
function blankComments(text: string): string {
  return text
    .replace(
      /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (all, quoted?: string) => quoted ?? all.replace(/[^\n]/g, ' '),
    )
    .replace(/,(\s*[}\]])/g, ' $1');
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Tree {
  const tree: Tree = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith('TIDEGATE__') || value === undefined) continue;
    const path = name.slice('TIDEGATE__'.length).split('__').map(camelCase);
    let at = tree;
    for (const key of path.slice(0, -1)) {
      if (!Object.hasOwn(at, key)) at[key] = {};
      if (typeof at[key] !== 'object' || at[key] === null)
        throw new TidegateError('CONFIG_VALUE', `${name} sets a part of what another variable gives a plain value`, {
          where: `environment > ${path.join('.')}`,
          remedy: 'Unset one of them.',
        });
      at = at[key] as Tree;
    }
    at[path.at(-1)!] = fromYaml(value, name);
  }
  return tree;
}

/** `LATENCY_MS` -> `latencyMs` */
function camelCase(name: string): string {
  return name.toLowerCase().replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
}

function merge(base: Tree, over: Tree, source: string, origin: Map<string, string>, path = ''): Tree {
  const out: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const at = path ? `${path}.${key}` : key;
    const isTree = (x: unknown): x is Tree => typeof x === 'object' && x !== null && !Array.isArray(x);
    origin.set(at, source);
    out[key] = isTree(value) && isTree(out[key]) ? merge(out[key], value, source, origin, at) : value;
    if (isTree(value)) for (const inner of Object.keys(value)) origin.set(`${at}.${inner}`, source);
  }
  return out;
}

function explain(issue: z.core.$ZodIssue, tree: Tree, origin: ReadonlyMap<string, string>): TidegateError {
  const path = issue.path.join('.');
  // One of Freqtrade's, whose own names nobody else has.
  if ('stake_currency' in tree || 'max_open_trades' in tree)
    return new TidegateError(
      'CONFIG_UNKNOWN_KEY',
      'this is a configuration of Freqtrade, whose settings have other names here',
      {
        where: origin.get('stake_currency') ?? origin.get('max_open_trades')!,
        remedy: 'docs/guides/from-freqtrade.md lists its settings and ours.',
      },
    );
  const place = (at: string) => {
    for (let p = at; p; p = p.split('.').slice(0, -1).join('.')) if (origin.has(p)) return `${origin.get(p)} > ${at}`;
    return at;
  };
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const full = path ? `${path}.${key}` : key;
    return new TidegateError('CONFIG_UNKNOWN_KEY', `there is no setting "${full}"`, {
      where: place(full),
      remedy:
        full === 'source'
          ? 'Sources are opened by scripts (docs/guides/scripts.md); runs read the folder that the setting data names, or --data.'
          : didYouMean(key, keysAt(issue.path)) || 'See "tidegate config schema".',
    });
  }
  const value = issue.path.reduce<unknown>((at, key) => (at as Tree | undefined)?.[key as string], tree);
  return new TidegateError(
    'CONFIG_VALUE',
    `${path || 'the configuration'} cannot be ${value === undefined ? 'absent' : shown(value)}: ${issue.message}`,
    { where: place(path), remedy: 'See "tidegate config schema".' },
  );
}

function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configJsonSchema();
  for (const key of path) schema = (schema as { properties?: Record<string, unknown> }).properties?.[String(key)];
  return Object.keys((schema as { properties?: Record<string, unknown> } | undefined)?.properties ?? {});
}
