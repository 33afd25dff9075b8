import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import { UsageError } from '../foundation/errors.ts';
import type { DatasetRequest } from '../runtime/learning/build-dataset.ts';
import { configOf, dataFolder, type RunFlags } from './run-options.ts';

/** Command-line options of commands that build datasets. */
export interface LearningFlags extends RunFlags {
  readonly features?: readonly string[];
  readonly label?: string;
  readonly json?: boolean;
}

/** Values of an option that may be repeated. */
export const collect = (value: string, before: readonly string[] = []) => [...before, value];

/** Adds the options that say which stored candles. */
export function addMarketOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration (YAML or JSON); may be given several times, later ones win', collect)
    .option('-p, --pairs <list>', 'BTC/USDT,ETH/USDT')
    .option('--timeframe <tf>', 'candle length (default: 1h)')
    .option('--timerange <range>', '20240101-20240601; either end may be left out')
    .option('--exchange <name>', 'exchange whose data is used')
    .option('--data <dir>', 'catalogue, or folder of CSV files (also TIDEGATE_DATA)')
    .option('--userdir <dir>', 'where your plugins, data and models are', 'user_data')
    .option('--json', 'print one JSON document and nothing else');
}

/** Adds those options to a command. */
export function addLearningOptions(command: Command): Command {
  return addMarketOptions(
    command
      .option(
        '-f, --features <spec>',
        'feature set or feature: technical, or \'ema:{"period":50}\'; may be repeated',
        collect,
      )
      .option('-l, --label <spec>', 'label module: direction, or \'direction:{"horizon":6}\''),
  );
}

/** Configuration with the flags of learning put in. */
export async function learningConfig(flags: LearningFlags): Promise<Config> {
  const config = await configOf(flags);
  const { learning } = config;
  const features = flags.features?.map((text) => moduleSpec(text));
  return {
    ...config,
    learning: {
      ...learning,
      ...(features && { features }),
      ...(flags.label && { label: moduleSpec(flags.label) }),
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

/** `ema:{"period":50}` as a module choice. @throws UsageError USAGE_MODULE when the options are no JSON object */
export function moduleSpec(text: string): string | { readonly name: string; readonly [option: string]: unknown } {
  const at = text.indexOf(':');
  if (at < 0) return text.trim();
  const name = text.slice(0, at).trim();
  try {
    const options = JSON.parse(text.slice(at + 1)) as unknown;
    if (typeof options !== 'object' || options === null || Array.isArray(options)) throw new TypeError('no object');
    return { ...options, name };
  } catch (cause) {
    throw usageError(text, name, cause);
  }
}

function usageError(text: string, name: string, cause: unknown): UsageError {
  return new UsageError('USAGE_MODULE', `the options in "${text}" are no JSON object`, {
    remedy: `Write '${name}:{"period":14}', in quotes that your shell keeps.`,
    cause,
  });
}
