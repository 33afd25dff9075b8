import { resolve } from 'node:path';
import type { Command } from 'commander';
import { userFolderOf } from '../option-values.ts';
import { type DatabaseFlags, openDatabase } from './open-database.ts';

/** `tidegate backup` */
export function registerBackup(program: Command): void {
  program
    .command('backup')
    .description("copy a bot's database as of one moment, also while it runs")
    .requiredOption('--out <file>', 'where to; a file that is there is never written over')
    .option('--db <file>', 'database of the bot; absent: the one in the user folder that was written last')
    .option('--userdir <dir>', 'user folder', userFolderOf, 'user_data')
    .addHelpText(
      'after',
      '\nTo restore: stop the bot, put the copy in the place of its database, start it. It notices, compares everything with the exchange, and names its\norders anew.\n\nExamples:\n  tidegate backup --out backups/2024-03-01.sqlite\n  tidegate backup --db user_data/trades.sqlite --out /mnt/nas/trades.sqlite\n',
    )
    .action(backup);
}

async function backup(flags: DatabaseFlags & { readonly out: string }): Promise<void> {
  const reader = await openDatabase(flags);
  const { path } = reader;
  reader.close();
  const { backupStore } = await import('../../persistence/trade-store/open-trade-store.ts');
  await backupStore(path, flags.out);
  process.stdout.write(`${path} copied to ${resolve(flags.out)}\n`);
}
