import { once } from 'node:events';
import type { Command } from 'commander';
import { parseTimerange } from '../../config/timerange.ts';
import { timeframeFileName } from '../../data/catalogue/layout.ts';
import type { SeriesInfo } from '../../ports/market-data.ts';
import { printOverBar, withBar } from '../progress-bar.ts';
import { addDataOptions, type DataFlags, dataFolder } from '../run-options.ts';
import { passes, type SeriesFilter, withSeriesFilter } from './options.ts';

interface Options extends DataFlags, SeriesFilter {
  readonly out: string;
  readonly timerange?: { readonly from?: number; readonly to?: number };
}

/** Adds `data export`. */
export function registerExport(data: Command): void {
  const command = data.command('export').description('write stored series as CSV files that any tool reads');
  withSeriesFilter(addDataOptions(command))
    .option('--csv', 'CSV (the one format so far)', true)
    .option(
      '--out <dir>',
      'folder for the files (of several exchanges one each); "-" prints to standard output',
      'export',
    )
    .option('--timerange <range>', 'UTC days, such as 20240101-20240201', parseTimerange)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data export --csv --pairs BTC/USDT --timeframe 1h --out ./csv\n  tidegate data export --csv --pairs BTC/USDT --timeframe 1d --out - | head',
    )
    .action(async (options: Options) => {
      const { openData } = await import('../../data/open-data.ts');
      const { csvPieces } = await import('../../data/export-csv.ts');
      const { columnsOf } = await import('../../data/synth/write-synth.ts');
      const { pairToFileName } = await import('../../domain/instrument.ts');
      const { writeFile } = await import('node:fs/promises');
      const { disk } = await import('../../data/store/file-system.ts');
      const { replaceFile } = await import('../../data/store/replace-file.ts');
      const { join } = await import('node:path');
      const market = await openData(dataFolder(options));
      const chosen = (await market.list()).filter((info) => passes(info, options));
      const hasSeveral = new Set(chosen.map(({ exchange }) => exchange)).size > 1;
      if (options.out === '-') {
        for (const info of chosen) await printAll(csvPieces(await columnsOf(market, info, options.timerange)));
      } else
        await withBar('export', false, async (update) => {
          for (const [i, info] of chosen.entries()) {
            const set = await columnsOf(market, info, options.timerange);
            const pieces = csvPieces(set, (share) => update((i + share) / chosen.length));
            // Names of files do not say the exchange.
            const folder = hasSeveral ? join(options.out, info.exchange) : options.out;
            const path = join(folder, `${pairToFileName(info.pair)}${ending(info)}.csv`);
            await replaceFile(disk, path, (temporary) => writeFile(temporary, pieces));
            printOverBar(`${path}\n`);
          }
        });
      if (chosen.length > 0) return;
      process.stderr.write('Nothing stored matches: see `tidegate data list`.\n');
      process.exitCode = 1;
    });
}

/** As fast as the reader takes it: what waits would be as large as the whole. */
async function printAll(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

/** File name endings that `data import` reads again. */
function ending({ type, timeframe }: SeriesInfo): string {
  if (type === 'candles') return `-${timeframeFileName(timeframe!)}`;
  if (type === 'mark') return `-${timeframeFileName(timeframe!)}-mark`;
  return type === 'book' ? '-l2' : `-${type}`;
}
