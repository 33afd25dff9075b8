import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { didYouMean, TidegateError, UsageError } from '../foundation/errors.ts';
import { packageRoot } from '../runtime/package-root.ts';

/** `tidegate new` */
export function registerNew(program: Command): void {
  const command = program
    .command('new')
    .description('make a strategy, a plugin or a user folder')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate new strategy MyIdea\n  tidegate new plugin sizing my-sizing\n  tidegate new userdir ~/trading\n',
    );
  command
    .command('strategy')
    .description('a strategy file to start from')
    .argument('<Name>', 'name of the class, such as MyIdea')
    .option('--userdir <dir>', 'user folder', 'user_data')
    .addHelpText('after', '\nExample:\n  tidegate new strategy MyIdea && tidegate backtest --strategy MyIdea\n')
    .action((name: string, { userdir }: { readonly userdir: string }) => {
      if (!/^[A-Z][A-Za-z0-9]*$/.test(name))
        throw new UsageError('USAGE_NAME', `"${name}" cannot be the name of a class`, {
          remedy: 'Begin with a capital and use letters and digits: MyIdea.',
        });
      makeUserFolder(userdir);
      write(join(userdir, 'strategies', `${kebab(name)}.ts`), fill('strategy.ts', name));
    });
  command
    .command('plugin')
    .description('a module to start from')
    .argument('<kind>', pluginKinds().join(' or '))
    .argument('<name>', 'kebab-case, such as my-sizing')
    .option('--userdir <dir>', 'user folder', 'user_data')
    .addHelpText('after', '\nExample:\n  tidegate new plugin sizing my-sizing\n')
    .action((kind: string, name: string, { userdir }: { readonly userdir: string }) => {
      if (!pluginKinds().includes(kind))
        throw new UsageError('USAGE_KIND', `there is no template for "${kind}"`, {
          remedy: didYouMean(kind, pluginKinds()) || `There are: ${pluginKinds().join(', ')}.`,
        });
      if (!/^[a-z][a-z0-9-]*$/.test(name))
        throw new UsageError('USAGE_NAME', `"${name}" cannot be the name of a module`, {
          remedy: 'Use small letters, digits and dashes: my-sizing.',
        });
      makeUserFolder(userdir);
      write(join(userdir, 'plugins', `${name}.ts`), fill(`${kind}.ts`, name));
    });
  command
    .command('userdir')
    .description('a folder for your strategies, plugins, configuration and data, with types for your editor')
    .argument('[dir]', 'where', 'user_data')
    .addHelpText('after', '\nExamples:\n  tidegate new userdir\n  tidegate new userdir ~/trading\n')
    .action((dir: string) => {
      makeUserFolder(dir);
      process.stdout.write(`${resolve(dir)}\n`);
    });
}

function templates(): string {
  return join(packageRoot(), 'templates');
}

function pluginKinds(): string[] {
  return readdirSync(templates())
    .filter((file) => file.endsWith('.ts') && file !== 'strategy.ts')
    .map((file) => file.slice(0, -3));
}

function fill(template: string, name: string): string {
  return readFileSync(join(templates(), template), 'utf8').replaceAll('__NAME__', name);
}

/** Makes the folder and what is missing in it; what is there stays as it is. */
function makeUserFolder(dir: string): void {
  for (const sub of ['strategies', 'plugins', 'data', 'results']) mkdirSync(join(dir, sub), { recursive: true });
  for (const file of readdirSync(join(templates(), 'userdir'))) {
    const target = join(dir, file);
    if (existsSync(target)) continue;
    if (file === 'tsconfig.json') writeFileSync(target, tsconfigFor(dir));
    else cpSync(join(templates(), 'userdir', file), target);
  }
}

/** Editor settings of a user's folder. A clone's types are its sources, which want Node's types; a package's are declarations, which don't. */
function tsconfigFor(dir: string): string {
  const isClone = existsSync(join(packageRoot(), 'index.ts'));
  const text = readFileSync(join(templates(), 'userdir', 'tsconfig.json'), 'utf8').replace(
    '__ENTRY__',
    pathFrom(dir, isClone ? 'index.ts' : 'dist/index.d.ts'),
  );
  return isClone
    ? text.replace('__TYPES__', pathFrom(dir, 'node_modules/@types'))
    : text.replace(/ *"typeRoots".*\n/, '').replace('"types": ["node"]', '"types": []');
}

/** Path of something of the running copy, as seen from the user's folder. */
function pathFrom(dir: string, inside: string): string {
  const path = relative(resolve(dir), join(packageRoot(), inside)).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

function write(path: string, text: string): void {
  if (existsSync(path))
    throw new TidegateError('FILE_EXISTS', `${path} is there already`, {
      remedy: 'Choose another name, or remove the file.',
    });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  process.stdout.write(`${resolve(path)}\n`);
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
