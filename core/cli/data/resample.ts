import type { Command } from 'commander';
import { dataFolder, passes, type SeriesFilter, withDataFolder, withSeriesFilter } from './options.ts';

interface Options extends SeriesFilter {
  readonly data?: string;
  readonly to: string;
}

/** Adds `data resample`. */
export function registerResample(data: Command): void {
  const command = data.command('resample').description('store candles of a longer timeframe, made of shorter ones');
  withSeriesFilter(withDataFolder(command))
    .requiredOption('--to <timeframe>', 'the longer timeframe: 5m, 1h, 1d, 1w, 1M …')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data resample --timeframe 1m --to 1h\n  tidegate data resample --pairs BTC/USDT --timeframe 1d --to 1w',
    )
    .action(async (options: Options) => {
      const { openCatalogue } = await import('../../data/catalogue/catalogue.ts');
      const { resampleStored } = await import('../../data/resample-stored.ts');
      const catalogue = await openCatalogue(dataFolder(options));
      let count = 0;
      for await (const done of resampleStored(catalogue, options.to, (info) => passes(info, options))) {
        count++;
        process.stdout.write(
          `${done.pair} ${done.type} ${done.source} -> ${options.to}: ${done.rows} candles, ${done.added} new\n`,
        );
      }
      if (count > 0) return;
      process.stderr.write(`No stored candles match: see \`tidegate data list\`.\n`);
      process.exitCode = 1;
    });
}
