import type { Command } from 'commander';
import type { TradeReader } from '../../ports/trade-store.ts';
import { choiceOf, userFolderOf } from '../option-values.ts';
import { type DatabaseFlags, openDatabase } from './open-database.ts';

interface ExportFlags extends DatabaseFlags {
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

const WHAT = ['trades', 'orders', 'fills', 'decisions', 'equity'] as const;
/** Columns that hold times, in any of the tables. */
const TIMES = ['at', 'createdAt', 'updatedAt'];

/** `tidegate export trades|orders|fills|decisions|equity` */
export function registerExportRecords(program: Command): void {
  program
    .command('export')
    .description("write a bot's records to a file, as CSV or JSON")
    .argument('<what>', 'trades, orders, fills, decisions or equity')
    .option('--csv', 'a table (the default)')
    .option('--json', 'a JSON list with every field')
    .option('--out <file>', 'where to; absent: standard output')
    .option('--db <file>', 'database of the bot; absent: the one in the user folder that was written last')
    .option('--userdir <dir>', 'user folder', userFolderOf, 'user_data')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate export trades --csv --out trades.csv\n  tidegate export decisions --json --db user_data/dry-run.sqlite\n',
    )
    .action(exportRecords);
}

async function exportRecords(what: string, flags: ExportFlags): Promise<void> {
  const table = choiceOf('what to export', WHAT)(what);
  const reader = await openDatabase(flags);
  try {
    const text = flags.json ? `${JSON.stringify(rowsOf(reader, table))}\n` : await csvOf(reader, table);
    if (flags.out === undefined) {
      process.stdout.write(text);
      return;
    }
    const { writeFileSync } = await import('node:fs');
    writeFileSync(flags.out, text);
    process.stdout.write(`${table} of ${reader.path} written to ${flags.out}\n`);
  } finally {
    reader.close();
  }
}

function rowsOf(reader: TradeReader, what: (typeof WHAT)[number]): readonly object[] {
  if (what === 'trades') return reader.trades();
  if (what === 'orders') return reader.orders();
  if (what === 'fills') return reader.fills();
  return what === 'decisions' ? reader.decisions() : reader.equity();
}

/** Trades have the columns that those of backtests have. */
async function csvOf(reader: TradeReader, what: (typeof WHAT)[number]): Promise<string> {
  if (what === 'trades') {
    const [{ tradesCsv }, { tradesOf }] = await Promise.all([
      import('../../report/csv.ts'),
      import('../../persistence/trade-store/closed-trade.ts'),
    ]);
    return tradesCsv(tradesOf(reader, reader.trades()));
  }
  const { rowsCsv } = await import('../../report/rows-csv.ts');
  return rowsCsv(
    rowsOf(reader, what).map((row) => ({ ...row, ...('engine' in row && { engine: undefined }) })),
    TIMES,
  );
}
