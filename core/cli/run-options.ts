import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import { UsageError } from '../foundation/errors.ts';
import type { Registry } from '../registry/registry.ts';
import type { BacktestOptions } from '../runtime/backtest-options.ts';
import { CONFIG_OPTION, listOf, numberOf, userFolderOf, wholeOf } from './option-values.ts';

/** Command-line options that every command which runs a strategy shares. */
export interface RunFlags extends DataFlags {
  readonly strategy?: readonly string[];
  readonly config?: readonly string[];
  readonly timerange?: string;
  readonly timeframe?: string;
  readonly detail?: string;
  readonly pairs?: readonly string[];
  readonly exchange?: string;
  readonly fills?: string;
  readonly fee?: number;
  readonly stake?: number | 'unlimited';
  readonly balance?: number;
  readonly maxOpenTrades?: number;
  readonly assumeFunding?: number;
  readonly param?: Readonly<Record<string, unknown>>;
}

/** Adds those options to a command. */
export function addRunOptions(command: Command): Command {
  return addTradeOptions(command)
    .option('--timerange <range>', '20240101-20240201; either end may be left out')
    .option('--fills <profile>', 'honest (default) or freqtrade')
    .option(
      '--assume-funding <rate>',
      'funding rate per settlement where data is missing',
      numberOf('--assume-funding'),
    );
}

/** The same but for what only stored data asks for. */
export function addTradeOptions(command: Command): Command {
  return addDataOptions(
    command.option('-s, --strategy <names>', 'strategy, or several with commas: they share one account', listOf),
  )
    .option(...CONFIG_OPTION)
    .option('-t, --timeframe <tf>', "replaces the strategy's own, such as 5m")
    .option('--detail <tf>', 'shorter candles that resolve what happened inside a candle')
    .option('-p, --pairs <list>', 'BTC/USDT,ETH/USDT:USDT', listOf)
    .option('--exchange <name>', 'exchange whose data is used')
    .option('--fee <rate>', "one fee rate instead of the venue's, as a fraction", numberOf('--fee'))
    .option('--stake <amount>', 'stake per position, or "unlimited"', (text) =>
      text === 'unlimited' ? text : numberOf('--stake')(text),
    )
    .option('--balance <amount>', 'starting balance in stake currency', numberOf('--balance'))
    .option('--max-open-trades <n>', 'positions at a time', wholeOf('--max-open-trades', 1))
    .option('--param <name=value>', 'value of a searchable parameter; may be given several times', parameter);
}

/** Which folder of market data a command works on. */
export interface DataFlags {
  readonly data?: string;
  readonly userdir: string;
}

/** Adds the options that name it. */
export function addDataOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'catalogue, or folder of CSV files (also TIDEGATE_DATA); absent: data in the user folder')
    .option('--userdir <dir>', 'where your strategies, plugins, data and results are', userFolderOf, 'user_data');
}

/** Folder of market data: flag, environment, configuration, else the user's own catalogue. */
export function dataFolder(flags: DataFlags, config?: Pick<Config, 'data'>): string {
  return flags.data ?? process.env.TIDEGATE_DATA ?? config?.data ?? join(flags.userdir, 'data');
}

/** Modules of the package, of the npm packages that the configuration names, and of the user's folder. */
export async function registryOf(flags: Pick<RunFlags, 'userdir' | 'config'>): Promise<Registry> {
  const { loadRegistry } = await import('../runtime/load-registry.ts');
  return loadRegistry({ userdir: flags.userdir, packages: (await configOf(flags)).plugins });
}

/** The configuration that files, environment and flags add up to. */
export async function configOf(flags: RunFlags): Promise<Config> {
  const { loadConfig } = await import('../config/load.ts');
  const ownConfig = ['config.yaml', 'config.yml', 'config.json']
    .map((name) => join(flags.userdir, name))
    .find((path) => existsSync(path));
  // Files that are named are all there is: what a folder's own says for backtests shall not reach a bot that was given another.
  const files = flags.config ?? (ownConfig ? [ownConfig] : []);
  return loadConfig({
    files,
    environment: process.env,
    commandLine: {
      strategy: flags.strategy,
      timerange: flags.timerange,
      timeframe: flags.timeframe,
      detailTimeframe: flags.detail,
      pairs: flags.pairs,
      exchange: flags.exchange,
      fills: flags.fills,
      fee: flags.fee,
      stakeAmount: flags.stake,
      startingBalance: flags.balance,
      maxOpenTrades: flags.maxOpenTrades,
      assumeFunding: flags.assumeFunding,
      parameters: flags.param,
    },
  });
}

/** Adds what `--param name=value` gives to what was given before. A value that is no JSON is text. @throws UsageError USAGE_PARAM */
function parameter(text: string, before: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const at = text.indexOf('=');
  if (at <= 0)
    throw new UsageError('USAGE_PARAM', `--param cannot be "${text}"`, { remedy: 'Write --param name=value.' });
  const raw = text.slice(at + 1);
  let value: unknown = raw;
  try {
    value = JSON.parse(raw);
  } catch {
    // A bare word is a string.
  }
  return { ...before, [text.slice(0, at)]: value };
}

/** Where a run finds the user's code and its data, and whether that folder is only the usual one, which nobody named. */
export function placesOf(flags: DataFlags, config: Config) {
  return {
    userdir: flags.userdir,
    dataFolder: dataFolder(flags, config),
    isDefaultFolder: !(flags.data ?? process.env.TIDEGATE_DATA ?? config.data),
  };
}

/** Everything a backtest needs, loaded from configuration and flags. */
export async function backtestOptions(config: Config, flags: RunFlags): Promise<BacktestOptions> {
  const { assembleBacktest } = await import('../runtime/assemble.ts');
  return assembleBacktest(config, placesOf(flags, config));
}
