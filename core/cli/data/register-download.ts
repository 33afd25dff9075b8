import type { Command } from 'commander';
import { parseTimerange } from '../../config/timerange.ts';
import { checkCommonTimeframe } from '../../domain/timeframe.ts';
import type { DataType } from '../../ports/market-data.ts';
import { listOf, numberOf, URL_OPTION, wholeOf } from '../option-values.ts';
import { addDataOptions, type DataFlags } from '../run-options.ts';
import { dataType } from './options.ts';

/** What the command line of `tidegate download` gives. */
export interface DownloadCommand extends DataFlags {
  readonly exchange: string;
  readonly pairs: readonly string[];
  readonly timeframe: readonly string[];
  readonly type: readonly DataType[];
  readonly days: number;
  readonly timerange?: { readonly from?: number; readonly to?: number };
  readonly snapshots: number;
  readonly every: number;
  readonly url?: string;
  readonly dryRun?: boolean;
}

/** Adds `tidegate download`. ccxt and DuckDB are loaded when it runs. */
export function registerDownload(program: Command): void {
  addDataOptions(program.command('download'))
    .alias('download-data')
    .description(
      'fetch candles, mark prices, funding, open interest, trades or book snapshots; goes on where it stopped',
    )
    .option('--exchange <name>', 'exchange, by its ccxt name', 'binance')
    .requiredOption('-p, --pairs <list>', 'spot BTC/USDT, perpetual BTC/USDT:USDT', listOf)
    .option('-t, --timeframe <list>', 'timeframes of candles and mark', timeframesOf, ['5m'])
    .option('--type <list>', 'candles, mark, funding, oi, trades, book', (text) => listOf(text).map(dataType), [
      'candles',
    ])
    .option('--days <n>', 'days until now', numberOf('--days', { above: 0 }), 30)
    .option('--timerange <range>', 'UTC days instead of --days, such as 20240101-20240201', parseTimerange)
    .option('--snapshots <n>', 'book: how many snapshots', wholeOf('--snapshots', 1), 1)
    .option('--every <seconds>', 'book: seconds between snapshots', numberOf('--every', { above: 0 }), 1)
    .option('--dry-run', 'say what would be fetched and how long it would take, and fetch nothing')
    .option(...URL_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate download --pairs BTC/USDT:USDT,ETH/USDT:USDT --timeframe 1m,1h --days 365\n  tidegate download --pairs BTC/USDT:USDT --type funding,mark --timeframe 8h --timerange 20230101-\n  tidegate download --pairs BTC/USDT --timeframe 1m --days 1000 --dry-run\n\nCtrl-C stores what was fetched; the same command goes on from there.',
    )
    .action(async (options: DownloadCommand) => {
      const { runDownload } = await import('./run-download.ts');
      if (!options.dryRun) return runDownload(options);
      const { tellDownload } = await import('./tell-download.ts');
      await tellDownload(options);
    });
}

/** Names of timeframes with commas, looked at before the exchange is asked. @throws TidegateError TIMEFRAME_VALUE */
function timeframesOf(text: string): readonly string[] {
  const names = listOf(text);
  for (const name of names) checkCommonTimeframe(name);
  return names;
}
