import { closeSync, openSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { ResultEntry } from '../persistence/result-index.ts';
import type { ResultStore } from '../persistence/result-store.ts';
import { JSON_OPTION, userFolderOf, wholeOf } from './option-values.ts';
import { print } from './print.ts';

interface Flags {
  readonly userdir: string;
  readonly json?: boolean;
  readonly limit?: number;
}

/** Results in a table where no limit is given. */
const LISTED = 50;

/** `tidegate results list|show|compare|reproduce|rm` */
export function registerResults(program: Command): void {
  const results = program.command('results').description('list, show and compare kept results');
  const add = (name: string, doc: string, example: string) =>
    results
      .command(name)
      .description(doc)
      .option('--userdir <dir>', 'where results are', userFolderOf, 'user_data')
      .option(...JSON_OPTION)
      .addHelpText('after', `\nExample:\n  tidegate results ${example}\n`);
  add('list', 'the newest kept results, oldest first', 'list --limit 200')
    .option('--limit <n>', `so many (tables: ${LISTED}; JSON: all)`, wholeOf('--limit', 1))
    .action(list);
  add('show <id>', 'the table of one result', 'show latest').action(show);
  add('compare <a> <b>', 'two results: what differs in inputs and figures', 'compare 20240305-3f9a latest').action(
    compare,
  );
  add('reproduce <id>', 'run it again and say whether the result is the same', 'reproduce latest').action(reproduce);
  add('rm <ids...>', 'remove results with their folders', 'rm 20240305-3f9a2c1d').action(remove);
  results.addHelpText(
    'after',
    '\nIDs may be shortened (four characters or more of id or hash); "latest" is the newest.\n\nExamples:\n  tidegate results list\n  tidegate results show latest\n  tidegate results reproduce latest\n',
  );
}

async function open(flags: Flags): Promise<ResultStore> {
  const { ResultStore } = await import('../persistence/result-store.ts');
  return ResultStore.open(join(flags.userdir, 'results'));
}

async function list(flags: Flags): Promise<void> {
  const store = await open(flags);
  try {
    const all = store.list();
    const entries = all.slice(-(flags.limit ?? (flags.json ? all.length : LISTED)));
    if (flags.json) return print(JSON.stringify(entries));
    if (entries.length === 0)
      return print(`No results in ${store.folder} yet: "tidegate backtest" and "tidegate demo" keep theirs.`);
    const { resultTable } = await import('./result-table.ts');
    print(resultTable(entries));
    if (entries.length < all.length) print(`the newest ${entries.length} of ${all.length}: --limit shows more`);
  } finally {
    store.close();
  }
}

async function show(id: string, flags: Flags): Promise<void> {
  const store = await open(flags);
  try {
    const { document, folder } = store.get(id);
    if (flags.json) return printFile(join(folder, (await import('../persistence/write-result.ts')).DOCUMENT));
    const { renderTable } = await import('../report/render-table.ts');
    const { undefinedAsNaN } = await import('./result-table.ts');
    const summary = undefinedAsNaN((document as unknown as { summary: Parameters<typeof renderTable>[0] }).summary);
    print(renderTable(summary, { useColor: process.stdout.isTTY }));
    for (const note of (document as { notes?: readonly string[] }).notes ?? []) print(`note: ${note}`);
    print(`kept in ${resolve(folder)}`);
  } finally {
    store.close();
  }
}

/** As it is kept: a large one is longer than any text can be. */
function printFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(1 << 20);
      const length = readSync(file, piece);
      if (length === 0) break;
      process.stdout.write(piece.subarray(0, length));
    }
    process.stdout.write('\n');
  } finally {
    closeSync(file);
  }
}

async function compare(a: string, b: string, flags: Flags): Promise<void> {
  const store = await open(flags);
  try {
    const comparison = store.compare(a, b);
    if (flags.json) return print(JSON.stringify(comparison));
    const { comparisonText } = await import('./result-table.ts');
    print(comparisonText(comparison));
  } finally {
    store.close();
  }
}

async function reproduce(id: string, flags: Flags): Promise<void> {
  const store = await open(flags);
  let found: ReturnType<ResultStore['get']>;
  try {
    found = store.get(id);
  } finally {
    store.close();
  }
  const { reproduceResult } = await import('./reproduce-result.ts');
  const verdict = await reproduceResult(found, flags.userdir, flags.json ?? false);
  if (!verdict.isSameResult) process.exitCode = 1;
  if (flags.json) return print(JSON.stringify(verdict));
  const { differenceLines } = await import('./result-table.ts');
  if (verdict.isSameResult && verdict.isSameInput)
    return print(`same: ${found.entry.id} gives result ${verdict.hash} again`);
  if (verdict.isSameResult) print(`same result ${verdict.hash}, though inputs differ:`);
  else
    print(
      `DIFFERENT: ${found.entry.id} was ${found.entry.hash}, now it is ${verdict.hash}${verdict.inputs.length > 0 ? '; what differs in the inputs:' : ', from the same inputs'}`,
    );
  for (const line of differenceLines(verdict.inputs, 'then', 'now')) print(line);
}

async function remove(ids: readonly string[], flags: Flags): Promise<void> {
  const store = await open(flags);
  try {
    const removed: ResultEntry[] = [];
    for (const id of ids) removed.push(store.remove(id));
    print(flags.json ? JSON.stringify(removed.map((e) => e.id)) : removed.map((e) => `removed ${e.id}`).join('\n'));
  } finally {
    store.close();
  }
}
