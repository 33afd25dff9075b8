import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { userFolderOf, wholeOf } from './option-values.ts';
import { signalled } from './signalled.ts';

interface WorkerFlags {
  readonly redis: string;
  readonly jobs?: number;
  readonly userdir: string;
  readonly verbose?: boolean;
}

/** `tidegate worker` */
export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('run trials for searches on other machines, through Redis')
    .requiredOption('--redis <url>', 'where searches with --workers put their trials: redis://host:6379')
    .option('-j, --jobs <n>', 'threads; by default one per core', wholeOf('--jobs', 1, 1024))
    .option(
      '--userdir <dir>',
      'where the strategies and modules are; they must be those of the search',
      userFolderOf,
      'user_data',
    )
    .option('--verbose', 'a line for each trial')
    .addHelpText('after', '\nExample:\n  tidegate worker --redis redis://coordinator:6379 --userdir user_data\n')
    .action(run);
}

async function run(flags: WorkerFlags): Promise<void> {
  const { serveTrials } = await import('../runtime/hyperopt/redis-worker.ts');
  const jobs = flags.jobs ?? availableParallelism();
  const say = (text: string) => {
    if (flags.verbose) process.stdout.write(`${text}\n`);
  };
  const places = { userdir: flags.userdir, dataFolder: `${flags.userdir}/data` };
  const worker = await serveTrials(flags.redis, places, jobs, say);
  process.stdout.write(`waiting for trials, ${jobs} at a time; Ctrl-C ends after those that run\n`);
  await signalled();
  await worker.close();
}
