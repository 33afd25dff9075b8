import type { Command } from 'commander';
import type { ImportedFile } from '../../data/import-data.ts';
import type { DataType } from '../../ports/market-data.ts';
import { choiceOf } from '../option-values.ts';
import { printOverBar, withBar } from '../progress-bar.ts';
import { addDataOptions, type DataFlags, dataFolder } from '../run-options.ts';
import { dataType } from './options.ts';

interface Options extends DataFlags {
  readonly exchange: string;
  readonly pair?: string;
  readonly timeframe?: string;
  readonly type?: DataType;
  readonly repair?: boolean;
  readonly overwrite?: boolean;
  readonly dates?: 'day-first' | 'month-first';
  readonly timezone?: string;
  readonly decimalComma?: boolean;
  readonly volume: boolean;
}

/** Adds `data import`. */
export function registerImport(data: Command): void {
  addDataOptions(data.command('import'))
    .description('bring CSV, CSV.gz, JSON, Feather or Parquet files (also as Freqtrade writes them) into the catalogue')
    .argument('<paths...>', 'files, or folders of files')
    .option('--exchange <name>', 'exchange that the rows belong to', 'binance')
    .option('--pair <pair>', 'pair, where the file name does not say; of folders of data.binance.vision only its files')
    .option('-t, --timeframe <tf>', 'timeframe, where the file name does not say')
    .option('--type <type>', 'type, where the file name does not say', dataType)
    .option('--repair', 'correct faulty rows on the way instead of refusing the file')
    .option('--overwrite', 'replace stored rows that differ')
    .option(
      '--timezone <zone>',
      'clock of times that name none: UTC, -05:00, Europe/Berlin, or ahead of a zone: America/New_York+07:00',
    )
    .option(
      '--dates <order>',
      'what 01/02/2024 is: day-first or month-first',
      choiceOf('--dates', ['day-first', 'month-first']),
    )
    .option('--decimal-comma', 'numbers are written 1,5')
    .option('--no-volume', 'candles may come without volumes')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data import ~/freqtrade/user_data/data/binance\n  tidegate data import prices.csv --pair BTC/USDT --timeframe 1h\n  tidegate data import ~/data.binance.vision/data/futures/um/monthly --pair BTC/USDT:USDT\n  tidegate data import DAT_ASCII_EURUSD_M1_2024.csv --exchange histdata --pair EUR/USD -t 1m --timezone "-05:00"\n\nWhat files of MetaTrader, Dukascopy, HistData, Kraken and others need: docs/reference/data.md.',
    )
    .action(async (paths: string[], options: Options) => {
      const { openCatalogue } = await import('../../data/catalogue/catalogue.ts');
      const { importFiles } = await import('../../data/import-data.ts');
      const folder = dataFolder(options);
      const catalogue = await openCatalogue(folder);
      let files = 0;
      await withBar('import', false, async (onProgress) => {
        for await (const file of importFiles(catalogue, paths, { ...options, noVolume: !options.volume, onProgress })) {
          files++;
          printOverBar(`${lineOf(file)}\n`);
        }
      });
      process.stdout.write(
        files === 0
          ? 'No data files found: nothing was stored.\n'
          : `${files === 1 ? '1 file' : `${files} files`} stored in ${folder}\n`,
      );
      if (files === 0) process.exitCode = 1;
    });
}

function lineOf({ key, path, rows, write, repair }: ImportedFile): string {
  const name = [key.pair, key.type, key.timeframe].filter(Boolean).join(' ');
  const kept = write.ignored > 0 ? `, ${write.ignored} differ from stored ones and were left (see --overwrite)` : '';
  const gone = write.removed > 0 ? `, ${write.removed} stored ones of the same time gone` : '';
  const mended = repair
    ? `, repaired: ${repair.dropped} dropped, ${repair.duplicates} doubles, ${repair.sorted} moved, ${repair.widened} widened`
    : '';
  return `${name}: ${rows} rows, ${write.added} new, ${write.replaced} replaced${gone}${kept}${mended} (${path})`;
}
