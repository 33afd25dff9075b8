import type { Command } from 'commander';
import type { ResampledSeries } from '../../data/resample-stored.ts';
import { printOverBar, withBar } from '../progress-bar.ts';
import { addDataOptions, type DataFlags, dataFolder } from '../run-options.ts';
import { passes, type SeriesFilter, withSeriesFilter } from './options.ts';

interface Options extends DataFlags, SeriesFilter {
  readonly to: string;
  readonly overwrite?: boolean;
}

/** Adds `data resample`. */
export function registerResample(data: Command): void {
  const command = data
    .command('resample')
    .description('store candles of a longer timeframe, made of shorter ones or (--type trades) of trades');
  withSeriesFilter(addDataOptions(command))
    .requiredOption('--to <timeframe>', 'the longer timeframe: 5m, 1h, 1d, 1w, 1M …')
    .option('--overwrite', 'replace stored candles that differ')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data resample --timeframe 1m --to 1h\n  tidegate data resample --pairs BTC/USDT --timeframe 1d --to 1w\n  tidegate data resample --pairs BTC/USDT --type trades --to 1m',
    )
    .action(async (options: Options) => {
      const { openCatalogue } = await import('../../data/catalogue/catalogue.ts');
      const catalogue = await openCatalogue(dataFolder(options));
      const make = await makerOf(options.type);
      let count = 0;
      const accepts = (info: Parameters<typeof passes>[0]) => passes(info, options);
      await withBar('resample', false, async (update) => {
        for await (const series of make(catalogue, options.to, accepts, options.overwrite)) {
          count++;
          printOverBar(`${lineOf(series, options.to)}\n`);
          update(series.done);
        }
      });
      if (count > 0) return;
      process.stderr.write(`No stored candles match that make up ${options.to}: see \`tidegate data list\`.\n`);
      process.exitCode = 1;
    });
}

/** What makes the candles: of trades only where they are asked for. */
async function makerOf(type: SeriesFilter['type']) {
  if (type === 'trades') return (await import('../../data/trade-candles.ts')).resampleTrades;
  return (await import('../../data/resample-stored.ts')).resampleStored;
}

function lineOf({ pair, type, source, rows, added, replaced, ignored }: ResampledSeries, to: string): string {
  const changed = replaced > 0 ? `, ${replaced} replaced` : '';
  const kept = ignored > 0 ? `, ${ignored} differ from stored ones and were left (see --overwrite)` : '';
  return `${pair} ${type} ${source} -> ${to}: ${rows} candles, ${added} new${changed}${kept}`;
}
