import type { Command } from 'commander';
import { addDataOptions, type DataFlags, dataFolder } from '../run-options.ts';
import { passes, type SeriesFilter, withSeriesFilter } from './options.ts';

interface Options extends DataFlags, SeriesFilter {
  readonly to: string;
  readonly overwrite?: boolean;
}

/** Adds `data resample`. */
export function registerResample(data: Command): void {
  const command = data.command('resample').description('store candles of a longer timeframe, made of shorter ones');
  withSeriesFilter(addDataOptions(command))
    .requiredOption('--to <timeframe>', 'the longer timeframe: 5m, 1h, 1d, 1w, 1M …')
    .option('--overwrite', 'replace stored candles that differ')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data resample --timeframe 1m --to 1h\n  tidegate data resample --pairs BTC/USDT --timeframe 1d --to 1w',
    )
    .action(async (options: Options) => {
      const { openCatalogue } = await import('../../data/catalogue/catalogue.ts');
      const { resampleStored } = await import('../../data/resample-stored.ts');
      const catalogue = await openCatalogue(dataFolder(options));
      let count = 0;
      const accepts = (info: Parameters<typeof passes>[0]) => passes(info, options);
      for await (const done of resampleStored(catalogue, options.to, accepts, options.overwrite)) {
        count++;
        const changed = done.replaced > 0 ? `, ${done.replaced} replaced` : '';
        const kept =
          done.ignored > 0 ? `, ${done.ignored} differ from stored ones and were left (see --overwrite)` : '';
        process.stdout.write(
          `${done.pair} ${done.type} ${done.source} -> ${options.to}: ${done.rows} candles, ${done.added} new${changed}${kept}\n`,
        );
      }
      if (count > 0) return;
      process.stderr.write(`No stored candles match that make up ${options.to}: see \`tidegate data list\`.\n`);
      process.exitCode = 1;
    });
}
