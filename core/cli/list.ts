import type { Command } from 'commander';
import { didYouMean, UsageError } from '../foundation/errors.ts';
import { CONFIG_OPTION, JSON_OPTION, userFolderOf } from './option-values.ts';
import { registryOf } from './run-options.ts';

interface ListFlags {
  readonly userdir: string;
  readonly config?: readonly string[];
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
    .option('--search <text>', 'only those with all these words in name or text')
    .option('--userdir <dir>', 'user folder', userFolderOf, 'user_data')
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate list\n  tidegate list features --search volatility\n  tidegate list features --search "exponential average"\n  tidegate list sizing\n',
    )
    .action(list);
}

async function list(kind: string | undefined, flags: ListFlags): Promise<void> {
  // The library is loaded where features are listed or counted: it is half of what this takes.
  const rows = await rowsOf(flags, kind === undefined || /^features?$/.test(kind));
  const kinds = [...new Set(rows.map((row) => row.kind))];
  if (kind === undefined) {
    for (const k of kinds)
      process.stdout.write(`${k.padEnd(12)} ${String(rows.filter((row) => row.kind === k).length).padStart(4)}\n`);
    process.stdout.write('\n"tidegate list <kind>" shows them, "tidegate show <kind> <name>" one of them.\n');
    return;
  }
  const wanted = kinds.find((k) => k === kind || k === kind.replace(/ies$/, 'y').replace(/s$/, ''));
  if (!wanted)
    throw new UsageError('USAGE_KIND', `there is no kind "${kind}"`, {
      remedy: didYouMean(kind, kinds) || `Kinds: ${kinds.join(', ')}.`,
    });
  const ofKind = rows.filter((row) => row.kind === wanted);
  const found = ofKind.filter(({ name, doc }) => isFound(flags.search ?? '', name, doc));
  if (flags.json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else
    for (const row of found)
      process.stdout.write(
        `${row.name.padEnd(26)} ${row.doc}${row.origin === 'built-in' || row.origin in { library: 1 } ? '' : ` [${row.origin}]`}\n`,
      );
  if (found.length > 0 || flags.json) return;
  const near = flags.search && didYouMean(flags.search, wordsOf(ofKind));
  process.stdout.write(`${`nothing matches "${flags.search}". ${near}`.trimEnd()}\n`);
}

/** All words of a search stand in name or text, or it is the name in another spelling: `PLUS_DI`, `CDLHAMMER`. */
function isFound(search: string, name: string, doc: string): boolean {
  const text = `${name} ${doc}`.toLowerCase();
  const squeezed = (x: string) => x.toLowerCase().replace(/[^a-z0-9]/g, '');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const asName = squeezed(search);
  return words.every((word) => text.includes(word)) || (asName.length > 1 && squeezed(name).includes(asName));
}

function wordsOf(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(
    rows.flatMap(({ name, doc }) => [name, ...doc.toLowerCase().split(/[^a-z-]+/)]).filter((w) => w.length > 2),
  );
}

async function rowsOf(flags: ListFlags, hasFeatures: boolean): Promise<Row[]> {
  const [features, { listStrategies }, registry, { KINDS }] = await Promise.all([
    hasFeatures ? import('../indicators/library.ts').then(({ FEATURES }) => [...FEATURES]) : [],
    import('../runtime/find-strategy.ts'),
    registryOf(flags),
    import('../registry/kinds.ts'),
  ]);
  const modules = registry.list();
  return [
    ...listStrategies(flags.userdir).map((file) => ({
      kind: 'strategy',
      name: file.name,
      doc: file.path,
      origin: file.origin,
    })),
    ...features.map(([name, { feature, group }]) => ({
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
