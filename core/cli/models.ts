import type { Command } from 'commander';
import { JSON_OPTION, userFolderOf } from './option-values.ts';
import { print } from './print.ts';

interface Flags {
  readonly userdir: string;
  readonly json?: boolean;
}

/** `tidegate models list|show|compare|promote|export|import|rm` */
export function registerModels(program: Command): void {
  const models = program.command('models').description('list, show, compare, promote and move trained models');
  const add = (name: string, doc: string, example: string) =>
    models
      .command(name)
      .description(doc)
      .option('--userdir <dir>', 'where models are', userFolderOf, 'user_data')
      .option(...JSON_OPTION)
      .addHelpText('after', `\nExample:\n  tidegate models ${example}\n`);
  add('list', 'all kept versions', 'list').action(list);
  add('show <model>', 'figures, importances and where it comes from', 'show btc-direction@3').action(show);
  add('compare <a> <b>', 'two models: test figures, and what differs', 'compare btc@1 btc@2').action(compare);
  add('promote <model>', 'make a version the one that is used by name', 'promote btc-direction@3').action(promote);
  add(
    'export <model>',
    'copy a version to a file',
    'export btc-direction --out btc.tgmodel\n  tidegate models export btc-direction --out btc.txt --format lightgbm',
  )
    .requiredOption('--out <file>', 'file to write')
    .option('--format <name>', 'tgmodel, or lightgbm: the text of a tree model, which LightGBM loads', 'tgmodel')
    .action(exportModel);
  add('import <file>', 'keep a model from a file as the next version', 'import btc.tgmodel')
    .option('--name <name>', 'another name than its own')
    .action(importModel);
  add('rm <models...>', 'remove versions', 'rm btc-direction@2')
    .option('--force', 'also the promoted one')
    .action(remove);
  models.addHelpText(
    'after',
    '\nA model is named name@version, name@latest, name@promoted, or name: the promoted version, else the latest.\n\nExamples:\n  tidegate models list\n  tidegate models show btc-direction@3\n  tidegate models promote btc-direction@latest\n',
  );
}

async function open({ userdir }: Flags) {
  return (await import('../runtime/learning/model-folder.ts')).modelFolder(userdir);
}

async function list(flags: Flags): Promise<void> {
  const store = await open(flags);
  const { TidegateError } = await import('../foundation/errors.ts');
  const { modelJson, modelList } = await import('./model-table.ts');
  const damaged: string[] = [];
  const rows = store.list().flatMap(({ name, version, isPromoted, bytes }) => {
    try {
      return [{ model: store.get(`${name}@${version}`).model, isPromoted, bytes }];
    } catch (error) {
      // One damaged file must not hide the others.
      if (!(error instanceof TidegateError)) throw error;
      damaged.push(error.message);
      return [];
    }
  });
  for (const message of damaged) process.stderr.write(`${message}\n`);
  if (damaged.length > 0) process.exitCode = 1;
  if (flags.json)
    return print(
      JSON.stringify(rows.map(({ model, isPromoted }) => ({ isPromoted, ...(modelJson(model) as object) }))),
    );
  print(rows.length > 0 ? modelList(rows) : `No models in ${store.folder} yet: "tidegate train" makes them.`);
}

async function show(reference: string, flags: Flags): Promise<void> {
  const { model, kept } = (await open(flags)).get(reference);
  const { modelJson, modelReport } = await import('./model-table.ts');
  if (flags.json) return print(JSON.stringify({ isPromoted: kept.isPromoted, ...(modelJson(model) as object) }));
  print(`${modelReport(model)}${kept.isPromoted ? 'promoted, ' : ''}kept in ${kept.path}`);
}

async function compare(a: string, b: string, flags: Flags): Promise<void> {
  const store = await open(flags);
  const [first, second] = [store.get(a).model, store.get(b).model];
  const { modelComparison, modelJson } = await import('./model-table.ts');
  print(flags.json ? JSON.stringify([modelJson(first), modelJson(second)]) : modelComparison(first, second));
}

async function promote(reference: string, flags: Flags): Promise<void> {
  const { name, version } = (await open(flags)).promote(reference);
  print(flags.json ? JSON.stringify({ name, version }) : `${name} is now version ${version}`);
}

async function exportModel(
  reference: string,
  flags: Flags & { readonly out: string; readonly format: string },
): Promise<void> {
  const [store, { writeFileSync }, { TidegateError, UsageError }] = await Promise.all([
    open(flags),
    import('node:fs'),
    import('../foundation/errors.ts'),
  ]);
  if (flags.format !== 'tgmodel' && flags.format !== 'lightgbm')
    throw new UsageError('USAGE_FORMAT', `there is no format "${flags.format}"`, {
      remedy: 'Use tgmodel or lightgbm.',
    });
  const bytes =
    flags.format === 'lightgbm'
      ? Buffer.from((await import('../ml/tree-models/lightgbm-text.ts')).lightgbmText(store.get(reference).model))
      : store.export(reference);
  try {
    writeFileSync(flags.out, bytes);
  } catch (cause) {
    throw new TidegateError('MODEL_FILE', 'the model cannot be written', {
      where: flags.out,
      remedy: 'Give another --out.',
      cause,
    });
  }
  print(flags.json ? JSON.stringify({ file: flags.out, bytes: bytes.length }) : `wrote ${flags.out}`);
}

async function importModel(file: string, flags: Flags & { readonly name?: string }): Promise<void> {
  const [store, { readFileSync }, { TidegateError }] = await Promise.all([
    open(flags),
    import('node:fs'),
    import('../foundation/errors.ts'),
  ]);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new TidegateError('MODEL_FILE', 'the model file cannot be read', {
      where: file,
      remedy: 'Check the path.',
      cause,
    });
  }
  const { name, version } = store.import(bytes, file, flags.name);
  print(flags.json ? JSON.stringify({ name, version }) : `kept as ${name}@${version}`);
}

async function remove(references: readonly string[], flags: Flags & { readonly force?: boolean }): Promise<void> {
  const store = await open(flags);
  // A name that is wrong stops before anything is gone.
  for (const reference of references) store.find(reference);
  const removed = references.map((reference) => store.remove(reference, flags.force));
  const names = removed.map(({ name, version }) => `${name}@${version}`);
  print(flags.json ? JSON.stringify(names) : names.map((name) => `removed ${name}`).join('\n'));
}
