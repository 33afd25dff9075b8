import type { Command } from 'commander';
import { addDataOptions, type DataFlags, dataFolder } from '../run-options.ts';
import { passes, type SeriesFilter, withSeriesFilter } from './options.ts';

/** Adds `data list`. */
export function registerList(data: Command): void {
  const command = data.command('list').description('what is stored, by series');
  withSeriesFilter(addDataOptions(command))
    .option('--json', 'print one JSON array instead of a table')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data list\n  tidegate data list --data ./candles --pairs BTC/USDT --json',
    )
    .action(async (options: DataFlags & SeriesFilter & { readonly json?: boolean }) => {
      const { openData } = await import('../../data/open-data.ts');
      const folder = dataFolder(options);
      const infos = (await (await openData(folder)).list()).filter((info) => passes(info, options));
      if (options.json) {
        process.stdout.write(`${JSON.stringify(infos)}\n`);
        return;
      }
      const { textTable } = await import('../../report/text-table.ts');
      const head = ['exchange', 'pair', 'type', 'timeframe', 'rows', 'first (UTC)', 'last (UTC)'];
      const table = textTable(head, 4);
      for (const info of infos) {
        const rows = info.damaged ? `${info.rows} (damaged: ${info.damaged.join(', ')})` : String(info.rows);
        table.push([
          info.exchange,
          info.pair,
          info.type,
          info.timeframe ?? '',
          rows,
          minute(info.first),
          minute(info.last),
        ]);
      }
      process.stdout.write(`${table.toString()}\n${infos.length} series in ${folder}\n`);
    });
}

/** `2024-01-31 12:00`, or a dash where there is no time. */
function minute(time: number): string {
  return Number.isNaN(time) ? '-' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}
