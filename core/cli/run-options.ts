import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import type { BacktestOptions } from '../runtime/backtest-options.ts';

/** Command-line options that every command which runs a strategy shares. */
export interface RunFlags {
  readonly strategy?: string;
  readonly config?: readonly string[];
  readonly timerange?: string;
  readonly timeframe?: string;
  readonly detail?: string;
  readonly pairs?: string;
  readonly data?: string;
  readonly userdir: string;
  readonly exchange?: string;
  readonly fills?: string;
  readonly fee?: string;
  readonly stake?: string;
  readonly balance?: string;
  readonly maxOpenTrades?: string;
  readonly assumeFunding?: string;
  readonly param?: readonly string[];
}

/** Adds those options to a command. */
export function addRunOptions(command: Command): Command {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  return command
    .option('-s, --strategy <names>', 'strategy, or several with commas: they share one account')
    .option('-c, --config <file>', 'configuration (YAML or JSON); may be given several times, later ones win', collect)
    .option('--timerange <range>', '20240101-20240201; either end may be left out')
    .option('--timeframe <tf>', "replaces the strategy's own, such as 5m")
    .option('--detail <tf>', 'shorter candles that resolve what happened inside a candle')
    .option('-p, --pairs <list>', 'BTC/USDT,ETH/USDT:USDT')
    .option('--data <dir>', 'catalogue, or folder of CSV files (also TIDEGATE_DATA)')
    .option('--userdir <dir>', 'where your strategies, plugins, data and results are', 'user_data')
    .option('--exchange <name>', 'exchange whose data is used')
    .option('--fills <profile>', 'honest (default) or freqtrade')
    .option('--fee <rate>', "one fee rate instead of the venue's, as a fraction")
    .option('--stake <amount>', 'stake per position, or "unlimited"')
    .option('--balance <amount>', 'starting balance in stake currency')
    .option('--max-open-trades <n>', 'positions at a time')
    .option('--assume-funding <rate>', 'funding rate per settlement where data is missing')
    .option('--param <name=value>', 'value of a searchable parameter; may be given several times', collect);
}

/** Folder of market data: flag, environment, configuration, else the user's own catalogue. */
export function dataFolder(flags: Pick<RunFlags, 'data' | 'userdir'>, config?: Pick<Config, 'data'>): string {
  return flags.data ?? process.env.TIDEGATE_DATA ?? config?.data ?? join(flags.userdir, 'data');
}

/** The configuration that files, environment and flags add up to. */
export async function configOf(flags: RunFlags): Promise<Config> {
  const { loadConfig } = await import('../config/load.ts');
  const { TidegateError } = await import('../foundation/errors.ts');
  const ownConfig = ['config.yaml', 'config.yml', 'config.json']
    .map((name) => join(flags.userdir, name))
    .find((path) => existsSync(path));
  const files = flags.config ?? (ownConfig ? [ownConfig] : []);
  const number = (text: string | undefined, name: string) => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (Number.isNaN(value) || text.trim() === '')
      throw new TidegateError('CONFIG_VALUE', `--${name} cannot be "${text}": it is not a number`);
    return value;
  };
  const parameters = Object.fromEntries((flags.param ?? []).map((text) => parameterOf(text, TidegateError)));
  return loadConfig({
    files,
    environment: process.env,
    commandLine: {
      ...(flags.strategy && { strategy: flags.strategy.split(',') }),
      ...(flags.timerange && { timerange: flags.timerange }),
      ...(flags.timeframe && { timeframe: flags.timeframe }),
      ...(flags.detail && { detailTimeframe: flags.detail }),
      ...(flags.pairs && { pairs: flags.pairs.split(',').map((p) => p.trim()) }),
      ...(flags.exchange && { exchange: flags.exchange }),
      ...(flags.fills && { fills: flags.fills }),
      fee: number(flags.fee, 'fee'),
      stakeAmount: flags.stake === 'unlimited' ? 'unlimited' : number(flags.stake, 'stake'),
      startingBalance: number(flags.balance, 'balance'),
      maxOpenTrades: number(flags.maxOpenTrades, 'max-open-trades'),
      assumeFunding: number(flags.assumeFunding, 'assume-funding'),
      ...(flags.param && { parameters }),
    },
  });
}

function parameterOf(text: string, Failure: typeof import('../foundation/errors.ts').TidegateError): [string, unknown] {
  const at = text.indexOf('=');
  if (at <= 0)
    throw new Failure('CONFIG_VALUE', `--param "${text}" has no value`, { remedy: 'Write --param name=value.' });
  const raw = text.slice(at + 1);
  let value: unknown = raw;
  try {
    value = JSON.parse(raw);
  } catch {
    // A bare word is a string.
  }
  return [text.slice(0, at), value];
}

/** Everything a backtest needs, loaded from configuration and flags. */
export async function backtestOptions(config: Config, flags: RunFlags): Promise<BacktestOptions> {
  const [{ assembleBacktest }] = await Promise.all([import('../runtime/assemble.ts')]);
  return assembleBacktest(config, {
    userdir: flags.userdir,
    dataFolder: dataFolder(flags, config),
    isDefaultFolder: !(flags.data ?? process.env.TIDEGATE_DATA ?? config.data),
  });
}
