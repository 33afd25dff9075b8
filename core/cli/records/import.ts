import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { userFolderOf } from '../option-values.ts';

interface ImportFlags {
  readonly db?: string;
  readonly userdir: string;
}

/** `tidegate import freqtrade-db FILE` */
export function registerImportRecords(program: Command): void {
  const command = program
    .command('import')
    .description("another program's records")
    .addHelpText('after', '\nExample:\n  tidegate import freqtrade-db tradesv3.sqlite\n');
  command
    .command('freqtrade-db')
    .description("closed trades with their orders, locks and custom data from Freqtrade's SQLite file")
    .argument('<file>', "Freqtrade's database, such as tradesv3.sqlite")
    .option('--db <file>', 'database that they are written to; absent: freqtrade.sqlite in the user folder')
    .option('--userdir <dir>', 'user folder', userFolderOf, 'user_data')
    .addHelpText(
      'after',
      '\nTrades that are open are left out: close them in Freqtrade, or let the bot adopt the positions from the exchange.\n\nExample:\n  tidegate import freqtrade-db tradesv3.sqlite\n  tidegate show trades --db user_data/freqtrade.sqlite\n',
    )
    .action(importFreqtrade);
}

async function importFreqtrade(file: string, flags: ImportFlags): Promise<void> {
  const [{ readFreqtrade }, { openTradeStore }, { TidegateError }] = await Promise.all([
    import('../../persistence/trade-store/import-freqtrade.ts'),
    import('../../persistence/trade-store/open-trade-store.ts'),
    import('../../foundation/errors.ts'),
  ]);
  if (!existsSync(file))
    throw new TidegateError('DATA_FILE_MISSING', 'there is no such file', { where: file, remedy: 'Check the path.' });
  const { batch, closed, open } = readFreqtrade(file);
  const target = flags.db ?? join(flags.userdir, 'freqtrade.sqlite');
  const store = await openTradeStore(target, { mode: 'dry-run', at: Date.now(), inputs: { importedFrom: file } });
  try {
    const [first] = batch.trades ?? [];
    if (first && store.reader.trade(first.id) !== null)
      throw new TidegateError('IMPORT_TWICE', 'trades of Freqtrade have been imported into this database before', {
        where: target,
        remedy: 'Give another --db.',
      });
    await store.commit(batch);
  } finally {
    await store.close(Date.now());
  }
  const left = open === 0 ? '' : `; ${open} open ${open === 1 ? 'trade was' : 'trades were'} left out`;
  process.stdout.write(
    `${closed} closed trades with ${batch.orders?.length ?? 0} orders from ${file} are in ${target}${left}\n`,
  );
}
