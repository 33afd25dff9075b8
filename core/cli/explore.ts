import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dataFolder } from './run-options.ts';

interface ExploreFlags {
  readonly pairs: string;
  readonly timeframe: string;
  readonly exchange?: string;
  readonly timerange?: string;
  readonly set: string;
  readonly setOptions?: string;
  readonly data?: string;
  readonly userdir: string;
  readonly out: string;
}

/** `tidegate explore` */
export function registerExplore(program: Command): void {
  program
    .command('explore')
    .description('a page about stored candles: charts, distributions, volume, features')
    .requiredOption('-p, --pairs <list>', 'pairs, separated by commas')
    .option('-t, --timeframe <name>', 'candles, or bars such as vol:1000', '1h')
    .option('--exchange <name>', 'where several have the pair')
    .option('--timerange <range>', '20240101-20240201; absent: all that is stored')
    .option(
      '--set <list>',
      'feature sets and features to look at, separated by commas: "tidegate list features" shows them',
      'technical',
    )
    .option('--set-options <json>', 'options of the one set, as JSON, expand among them')
    .option('--data <dir>', 'folder of market data')
    .option('--userdir <dir>', 'user folder', 'user_data')
    .option('--out <file>', 'where the page is written', 'explore.html')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate explore --pairs BTC/USDT,ETH/USDT --timeframe 5m\n  tidegate explore -p BTC/USDT -t 1h --set volume --timerange 20240101-20240701 --out volume.html\n  tidegate explore -p BTC/USDT --set momentum,rsi,atr\n  tidegate explore -p BTC/USDT --set rsi --set-options \'{"expand":{"periods":[7,14],"timeframes":["4h"],"lags":[1]}}\'\n',
    )
    .action(explore);
}

async function explore(flags: ExploreFlags): Promise<void> {
  const [{ exploreData }, { explorePage }, { writePage }] = await Promise.all([
    import('./explore-data.ts'),
    import('../report/explore/explore-page.ts'),
    import('./write-page.ts'),
  ]);
  const { pairs, info } = await exploreData({
    ...flags,
    pairs: flags.pairs
      .split(',')
      .map((p) => p.trim())
      .filter(Boolean),
    folder: dataFolder(flags),
  });
  writePage(flags.out, explorePage(pairs, info));
  for (const { pair, candles, features } of pairs)
    process.stdout.write(`${pair}: ${candles.length} candles, ${Object.keys(features).length} features\n`);
  process.stdout.write(`page ${resolve(flags.out)}\n`);
}
