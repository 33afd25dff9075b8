import type { Command } from 'commander';
import { didYouMean, UsageError } from '../foundation/errors.ts';

interface ListFlags {
  readonly userdir: string;
  readonly search?: string;
  readonly json?: boolean;
}

interface Row {
  readonly kind: string;
  readonly name: string;
  readonly doc: string;
  readonly origin: string;
}

/** `tidegate list` */
export function registerList(program: Command): void {
  program
    .command('list')
    .description('strategies, features and modules of every kind')
    .argument('[kind]', 'strategies, features, or a module kind such as sizing; absent: how many there are of each')
    .option('--search <text>', 'only those with the text in name or doc')
    .option('--userdir <dir>', 'user folder', 'user_data')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate list\n  tidegate list features --search volatility\n  tidegate list sizing\n',
    )
    .action(list);
}

async function list(kind: string | undefined, flags: ListFlags): Promise<void> {
  const rows = await rowsOf(flags.userdir);
  const kinds = [...new Set(rows.map((row) => row.kind))];
  if (kind === undefined) {
    for (const k of kinds)
      process.stdout.write(`${k.padEnd(12)} ${String(rows.filter((row) => row.kind === k).length).padStart(4)}\n`);
    process.stdout.write('\n"tidegate list <kind>" shows them, "tidegate show <kind> <name>" one of them.\n');
    return;
  }
  const wanted = kinds.find((k) => k === kind || k === kind.replace(/ies$/, 'y').replace(/s$/, ''));
  if (!wanted)
    throw new UsageError('KIND_UNKNOWN', `there is no kind "${kind}"`, {
      remedy: didYouMean(kind, kinds) || `Kinds: ${kinds.join(', ')}.`,
    });
  const needle = flags.search?.toLowerCase() ?? '';
  const found = rows.filter((row) => row.kind === wanted && `${row.name} ${row.doc}`.toLowerCase().includes(needle));
  if (flags.json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else
    for (const row of found)
      process.stdout.write(
        `${row.name.padEnd(26)} ${row.doc}${row.origin === 'built-in' || row.origin in { library: 1 } ? '' : ` [${row.origin}]`}\n`,
      );
  if (found.length === 0 && !flags.json) process.stdout.write(`nothing matches "${flags.search}"\n`);
}

async function rowsOf(userdir: string): Promise<Row[]> {
  const [{ FEATURES }, { strategyFiles }, { loadRegistry }, { KINDS }] = await Promise.all([
    import('../indicators/library.ts'),
    import('../runtime/find-strategy.ts'),
    import('../runtime/load-registry.ts'),
    import('../registry/kinds.ts'),
  ]);
  const registry = await loadRegistry({ userdir, packages: [] });
  const modules = registry.list();
  return [
    ...strategyFiles(userdir).map((file) => ({
      kind: 'strategy',
      name: file.name,
      doc: file.path,
      origin: file.origin,
    })),
    ...[...FEATURES].map(([name, { feature, group }]) => ({
      kind: 'feature',
      name,
      doc: `${feature.definition.doc} (${group})`,
      origin: 'built-in',
    })),
    ...Object.keys(KINDS).flatMap((kind) =>
      modules
        .filter((m) => m.kind === kind)
        .map((m) => ({
          ...m,
          name: m.name,
          doc: kind === 'feature' && !m.doc.endsWith('(ticks)') ? `${m.doc} (set)` : m.doc,
        })),
    ),
  ];
}
