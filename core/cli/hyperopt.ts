import { join } from 'node:path';
import type { Command } from 'commander';
import { JSON_OPTION, userFolderOf, wholeOf } from './option-values.ts';
import { print, reportJson } from './print.ts';
import { addSearchOptions, ON_TICKS, type SearchFlags, searchOf, searchPlan } from './search-flags.ts';
import { studyFile } from './study-file.ts';
import { writePage } from './write-page.ts';

interface HyperoptFlags extends SearchFlags {
  readonly study?: string;
  readonly json?: boolean;
  readonly export?: boolean;
  /** False: none; absent: beside the studies. */
  readonly page?: string | false;
}

/** `tidegate hyperopt`, and `list|show|export|compare|rm` of its studies. */
export function registerHyperopt(program: Command): void {
  const command = addSearchOptions(
    program
      .command('hyperopt')
      .description('search the parameters of a strategy, and the odds that what it finds is luck'),
    200,
  )
    .option(...ON_TICKS)
    .option('--study <name>', 'name of the study; by default the same command continues the same study')
    .option('--export', "write the best parameters to the strategy's parameter file")
    .option('--page <file>', 'page of the study; by default beside the studies')
    .option('--no-page', 'write no page')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate hyperopt -s EmaCross -p BTC/USDT --epochs 300 --timerange 20240101-20250101\n  tidegate hyperopt -s EmaCross -p BTC/USDT --spaces entry roi stoploss --objective calmar --sampler cmaes\n  tidegate hyperopt -s VolumeMl -p BTC/USDT --spaces model --epochs 40\n  tidegate hyperopt -s MarketMakerGlft --ticks -p BTC/USDT:USDT --epochs 60\n  tidegate hyperopt list\n  tidegate hyperopt show EmaCross-sharpe-1a2b3c\n  tidegate hyperopt export EmaCross-sharpe-1a2b3c\n',
    )
    .action(run);
  const studies = () => import('./hyperopt-studies.ts');
  const sub = (name: string, doc: string, example: string) =>
    command
      .command(name)
      .description(doc)
      .addHelpText('after', `\nExample:\n  tidegate hyperopt ${example}\n`)
      .option('--userdir <dir>', 'where the studies are', userFolderOf, 'user_data');
  sub('list', 'all studies, newest first', 'list')
    .option(...JSON_OPTION)
    .action(async (_, own: Command) => (await studies()).list(own.optsWithGlobals()));
  sub('show <study>', 'the best trials of a study', 'show EmaCross-sharpe-1a2b3c --top 20')
    .option('--top <n>', 'how many', wholeOf('--top', 1), 10)
    .option('--trial <n>', 'one trial whole', wholeOf('--trial', 0))
    .option(...JSON_OPTION)
    .action(async (name: string, _, own: Command) => (await studies()).show(name, own.optsWithGlobals()));
  sub('export <study>', "write a trial's parameters to the strategy's parameter file", 'export EmaCross-sharpe-1a2b3c')
    .option('--trial <n>', 'which; by default the best', wholeOf('--trial', 0))
    .option('--to <file>', 'another file')
    .action(async (name: string, _, own: Command) => (await studies()).exportTo(name, own.optsWithGlobals()));
  sub(
    'compare <studies...>',
    'studies beside each other, and where their settings differ',
    'compare EmaCross-sharpe-1a2b3c EmaCross-calmar-4d5e6f',
  )
    .option(...JSON_OPTION)
    .action(async (names: string[], _, own: Command) => (await studies()).compare(names, own.optsWithGlobals()));
  sub('rm <studies...>', 'remove studies with their trials', 'rm EmaCross-sharpe-1a2b3c').action(
    async (names: string[], _, own: Command) => (await studies()).remove(names, own.optsWithGlobals()),
  );
}

async function run(flags: HyperoptFlags): Promise<void> {
  const plan = await searchPlan(flags);
  const { crewOf, defaultStudyName, openStore, runSearch } = await import('../runtime/hyperopt/search.ts');
  const { reportSearch } = await import('../runtime/hyperopt/report-search.ts');
  const { searchProgress } = await import('./search-progress.ts');
  const search = await searchOf(flags, plan);
  const name = flags.study ?? defaultStudyName(search);
  const file = studyFile(flags.userdir);
  const { store, close } = openStore(file, name);
  const crew = await crewOf(search, plan.jobs, flags.workers);
  const stop = stopOnInterrupt();
  const progress = searchProgress(name, search.evaluator.objectives[0]!, plan.epochs, flags.json ?? false);
  try {
    const result = await runSearch(search, crew, { store, signal: stop.signal, onTrial: progress.trial });
    progress.stop();
    if (result.end === 'stopped') {
      process.stderr.write(
        `Stopped after ${result.trials.length} trials; all that ended are kept in study "${name}". Run the same command again to go on.\n`,
      );
      process.exitCode = 130;
    }
    if (stop.isTwice()) return;
    const report = await reportSearch(search, crew, name, result);
    if (flags.json) print(reportJson(report));
    else {
      const { searchText } = await import('./search-table.ts');
      process.stdout.write(searchText(report));
    }
    if (flags.page !== false && result.best) {
      const { studyPage } = await import('../runtime/hyperopt/study-page.ts');
      const page = flags.page ?? join(flags.userdir, 'hyperopt', `${name.replace(/[^\w.+-]/g, '_')}.html`);
      writePage(page, studyPage(report, search.space.space), flags);
    }
    if (flags.export && result.best) await (await import('./hyperopt-studies.ts')).exportTo(name, flags);
    else if (result.best && !flags.json)
      process.stdout.write(`use it: tidegate hyperopt export ${name}${userdirFlag(flags.userdir)}\n`);
  } finally {
    progress.stop();
    stop.release();
    await crew.end();
    close();
  }
}

/** The first Ctrl-C lets running trials end, the second one does not wait. */
function stopOnInterrupt(): { readonly signal: AbortSignal; isTwice(): boolean; release(): void } {
  const control = new AbortController();
  let count = 0;
  const listen = () => {
    count++;
    if (count === 1) {
      process.stderr.write('\nStopping after the trials that run now; press Ctrl-C again not to wait for them.\n');
      control.abort();
    } else process.exit(130);
  };
  process.on('SIGINT', listen);
  process.on('SIGTERM', listen);
  return {
    signal: control.signal,
    isTwice: () => count > 1,
    release() {
      process.removeListener('SIGINT', listen);
      process.removeListener('SIGTERM', listen);
    },
  };
}

function userdirFlag(userdir: string): string {
  return userdir === 'user_data' ? '' : ` --userdir ${userdir}`;
}
