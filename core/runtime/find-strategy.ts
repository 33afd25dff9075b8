import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrialsBehind } from '../domain/run-result.ts';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { Strategy, type StrategyContext } from '../strategy/strategy.ts';
import type { StrategySource } from './backtest-options.ts';
import { codeHash, importUserFile } from './user-code.ts';

/** A strategy file that was found, not loaded. */
export interface StrategyFile {
  readonly name: string;
  readonly path: string;
  readonly origin: 'user' | 'built-in';
}

/** All strategy files: the user's (any depth below `<userdir>/strategies`) and the built-in ones. */
function strategyFiles(userdir: string): StrategyFile[] {
  const own = filesBelow(join(userdir, 'strategies')).map(
    (path): StrategyFile => ({ name: nameOf(path), path, origin: 'user' }),
  );
  const builtIn = filesBelow(fileURLToPath(new URL('../../strategies/', import.meta.url))).map(
    (path): StrategyFile => ({ name: nameOf(path), path, origin: 'built-in' }),
  );
  return [...own, ...builtIn];
}

/** The strategies that there are, by the names of their classes, which the texts of the files tell: none is loaded. A file that tells none goes by its own name. */
export function listStrategies(userdir: string): StrategyFile[] {
  return strategyFiles(userdir).flatMap((file) => {
    const classes = readFileSync(file.path, 'utf8').matchAll(/^\s*export\b.*\bclass ([\w$]+)\s+extends\b/gm);
    const names = [...classes].map(([, name]) => name!);
    return names.length > 0 ? names.map((name) => ({ ...file, name })) : [file];
  });
}

/**
 * Loads a strategy by name (file name in any casing, else the name of the class in it) or by path. Values in `<name>.json` beside it replace the
 * defaults of its parameters, and attributes in it those of the class.
 * @throws TidegateError STRATEGY_UNKNOWN (nearest suggested), STRATEGY_EXPORT, and those of loading the file
 */
export async function findStrategy(
  wanted: string,
  userdir: string,
  parameters?: Readonly<Record<string, unknown>>,
): Promise<StrategySource & { readonly path: string; readonly parameterFile: string }> {
  const isPath = /[/\\]|\.[mc]?[tj]s$/.test(wanted);
  const files = strategyFiles(userdir);
  const file: StrategyFile | undefined = isPath
    ? { name: nameOf(wanted), path: resolve(wanted), origin: 'user' }
    : (files.find((f) => plain(f.name) === plain(wanted)) ?? files.find((f) => declares(f.path, wanted)));
  if (!file)
    throw new TidegateError('STRATEGY_UNKNOWN', `there is no strategy "${wanted}"`, {
      where: join(userdir, 'strategies'),
      remedy: `${didYouMean(
        wanted,
        listStrategies(userdir).map((f) => f.name),
      )} "tidegate list strategies" shows all; "tidegate new strategy ${wanted}" makes it.`.trim(),
    });
  const exports = await importUserFile(file.path);
  const own = Object.values(exports).find((value) => isStrategyClass(value) && value.name === wanted);
  const made = own ?? exports.default ?? Object.values(exports).find((value) => isStrategyClass(value));
  if (!isStrategyClass(made))
    throw new TidegateError('STRATEGY_EXPORT', `${file.path} exports no strategy class`, {
      where: file.path,
      remedy: 'Write "export default class MyIdea extends Strategy { … }".',
    });
  const parameterFile = parameterFileOf(file, userdir);
  const stored = existsSync(parameterFile) ? readParameters(parameterFile) : undefined;
  const values = stored || parameters ? { ...stored?.parameters, ...parameters } : undefined;
  const attributes = stored?.attributes ?? {};
  return {
    name: made.name || file.name,
    path: file.path,
    create: (context: StrategyContext) => Object.assign(new made(context), attributes),
    codeHash: codeHash(file.path),
    ...(values && { parameters: values }),
    parameterFile,
    ...(stored && {
      tuned: {
        file: parameterFile,
        attributes,
        ...(stored.options && { options: stored.options }),
        ...(stored.study && { study: stored.study }),
        ...(stored.trials && { trials: stored.trials }),
      },
    }),
  };
}

/** Beside the user's strategy, of the same name; for a built-in one among the user's strategies. */
function parameterFileOf(file: StrategyFile, userdir: string): string {
  const path = file.origin === 'user' ? file.path : join(userdir, 'strategies', basename(file.path));
  return path.replace(/\.[mc]?[tj]s$/, '.json');
}

/** What `hyperopt export` writes; by hand, `parameters` is enough. */
interface ParameterFile {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly attributes?: Partial<Strategy>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly study?: string;
  readonly trials?: TrialsBehind;
}

function readParameters(path: string): ParameterFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ParameterFile;
  } catch (cause) {
    throw new TidegateError('PARAM_FILE', `cannot read the parameter file ${path}`, {
      where: path,
      remedy: 'Mend or remove it; "tidegate hyperopt export" writes it.',
      cause,
    });
  }
}

function isStrategyClass(
  value: unknown,
): value is { new (context?: StrategyContext): Strategy; readonly name: string } {
  return typeof value === 'function' && value.prototype instanceof Strategy;
}

/** Whether a file's text declares a class of this name: files are not loaded to find out. */
function declares(path: string, name: string): boolean {
  return (
    /^[\w$]+$/.test(name) &&
    new RegExp(`^\\s*export\\b.*\\bclass ${name.replaceAll('$', '\\$')}\\b`, 'm').test(readFileSync(path, 'utf8'))
  );
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
      return /\.[mc]?[tj]s$/.test(entry.name) && !/\.(test|test-d|d)\.[mc]?[tj]s$/.test(entry.name) ? [path] : [];
    });
}

/** `ema-cross.ts` -> `EmaCross`; a name without dashes is kept. */
function nameOf(path: string): string {
  const stem = basename(path, extname(path));
  return /[-_]/.test(stem) || /^[a-z]/.test(stem)
    ? stem.replace(/(?:^|[-_])([a-z0-9])/g, (_, c: string) => c.toUpperCase())
    : stem;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}
