import type { Command } from 'commander';
import type { ModuleChoice } from '../registry/registry.ts';
import { CONFIG_OPTION, listOf, modulesOf } from './option-values.ts';
import { addDataOptions, type DataFlags, dataFolder, registryOf } from './run-options.ts';

interface ExploreFlags extends DataFlags {
  readonly config?: readonly string[];
  readonly pairs: readonly string[];
  readonly timeframe: string;
  readonly exchange?: string;
  readonly timerange?: string;
  readonly features?: readonly ModuleChoice[];
  readonly out: string;
}

/** `tidegate explore` */
export function registerExplore(program: Command): void {
  addDataOptions(program.command('explore'))
    .description('a page about stored candles: charts, distributions, volume, features')
    .option(...CONFIG_OPTION)
    .requiredOption('-p, --pairs <list>', 'pairs, separated by commas', listOf)
    .option('-t, --timeframe <tf>', 'candles, or bars such as vol:1000', '1h')
    .option('--exchange <name>', 'where several have the pair')
    .option('--timerange <range>', '20240101-20240201; absent: all that is stored')
    .option(
      '-f, --features <spec>',
      'feature set or feature: technical (default), or \'ema:{"period":50}\'; may be repeated',
      modulesOf,
    )
    .option('--out <file>', 'where the page is written', 'explore.html')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate explore --pairs BTC/USDT,ETH/USDT --timeframe 5m\n  tidegate explore -p BTC/USDT -t 1h -f volume --timerange 20240101-20240701 --out volume.html\n  tidegate explore -p BTC/USDT -f momentum -f rsi -f atr\n  tidegate explore -p BTC/USDT -f \'rsi:{"expand":{"periods":[7,14],"timeframes":["4h"],"lags":[1]}}\'\n',
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
    features: flags.features ?? ['technical'],
    registry: await registryOf(flags),
    folder: dataFolder(flags),
  });
  for (const { pair, candles, features } of pairs)
    process.stdout.write(`${pair}: ${candles.length} candles, ${Object.keys(features).length} features\n`);
  writePage(flags.out, explorePage(pairs, info));
}
