import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import type { ModuleChoice } from '../registry/registry.ts';
import type { DatasetRequest } from '../runtime/learning/build-dataset.ts';
import { JSON_OPTION, listOf, moduleOf, modulesOf, repeated } from './option-values.ts';
import { addDataOptions, configOf, dataFolder, type RunFlags } from './run-options.ts';

/** Command-line options of commands that build datasets. */
export interface LearningFlags extends RunFlags {
  readonly features?: readonly ModuleChoice[];
  readonly label?: ModuleChoice;
  readonly json?: boolean;
}

/** Adds the options that say which stored candles. */
export function addMarketOptions(command: Command): Command {
  return addDataOptions(command)
    .option(
      '-c, --config <file>',
      "configuration (YAML or JSON) in place of the user folder's; may be given several times, later ones win",
      repeated,
    )
    .option('-p, --pairs <list>', 'BTC/USDT,ETH/USDT', listOf)
    .option('-t, --timeframe <tf>', 'candle length (default: 1h)')
    .option('--timerange <range>', '20240101-20240601; either end may be left out')
    .option('--exchange <name>', 'exchange whose data is used')
    .option(...JSON_OPTION);
}

/** Adds those options to a command. */
export function addLearningOptions(command: Command): Command {
  return addMarketOptions(
    command
      .option(
        '-f, --features <spec>',
        'feature set or feature: technical, or \'ema:{"period":50}\'; may be repeated',
        modulesOf,
      )
      .option('-l, --label <spec>', 'label module: direction, or \'direction:{"horizon":6}\'', moduleOf),
  );
}

/** Configuration with the flags of learning put in. */
export async function learningConfig(flags: LearningFlags): Promise<Config> {
  const config = await configOf(flags);
  const { learning } = config;
  return {
    ...config,
    learning: {
      ...learning,
      ...(flags.features && { features: [...flags.features] }),
      ...(flags.label && { label: flags.label }),
    },
  };
}

/** What `buildDataset` needs, from configuration and flags. @throws TidegateError CONFIG_VALUE, and those of opening data and plugins */
export async function datasetRequest(
  config: Config,
  flags: LearningFlags,
): Promise<Omit<DatasetRequest, 'onProgress'>> {
  const [{ openData }, { loadRegistry }, { parseTimerange }, { TidegateError, didYouMean }] = await Promise.all([
    import('../data/open-data.ts'),
    import('../runtime/load-registry.ts'),
    import('../config/timerange.ts'),
    import('../foundation/errors.ts'),
  ]);
  const data = await openData(dataFolder(flags, config));
  const stored = (await data.list()).filter((s) => s.type === 'candles');
  const exchanges = [...new Set(stored.map((s) => s.exchange))];
  const exchange = config.exchange ?? (exchanges.includes('binance') ? 'binance' : (exchanges[0] ?? 'binance'));
  const names = [...new Set(stored.filter((s) => s.exchange === exchange).map((s) => s.pair))];
  const pairs = config.pairs ?? (names.length === 1 ? names : undefined);
  if (!pairs || pairs.length === 0)
    throw new TidegateError('CONFIG_VALUE', 'no pair was given', {
      where: data.root,
      remedy: names.length > 0 ? `Use --pairs; stored are ${names.slice(0, 12).join(', ')}.` : 'Download data first.',
    });
  const unknown = pairs.find((pair) => !names.includes(pair));
  if (unknown)
    throw new TidegateError('DATA_MISSING', `there are no candles of ${unknown} on ${exchange}`, {
      where: data.root,
      remedy: didYouMean(unknown, names) || `There is ${names.slice(0, 12).join(', ') || 'nothing'}.`,
    });
  return {
    data,
    registry: await loadRegistry({ userdir: flags.userdir, packages: config.plugins }),
    exchange,
    pairs,
    timeframe: config.timeframe ?? '1h',
    ...(config.timerange && parseTimerange(config.timerange)),
    features: config.learning.features,
    label: config.learning.label,
  };
}
