import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import { URL_OPTION } from './option-values.ts';
import { addTradeOptions, configOf, dataFolder, type RunFlags } from './run-options.ts';
import { signalled } from './signalled.ts';

interface TradeFlags extends RunFlags {
  readonly live?: boolean;
  readonly testnet?: boolean;
  readonly url?: string;
  readonly ticks?: boolean;
  readonly bot?: readonly string[];
}

/** `tidegate trade` */
export function registerTrade(program: Command): void {
  addTradeOptions(program.command('trade').description('trade on live data: on paper unless told otherwise'))
    .option('--testnet', "trade on the exchange's test network, with its keys")
    .option('--live', 'trade with real money: needs trade.live in the configuration, and keys in the environment')
    .option(
      '--bot <name=file>',
      'one of several bots in this process, each on an account of its own; once for each, with its configuration files',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option(...URL_OPTION)
    .option('--ticks', 'on trades and books: by itself for strategies that quote or use features of ticks')
    .addHelpText(
      'after',
      '\nWithout --testnet or --live it is a dry-run: live prices, orders on paper, no keys.\n\nExamples:\n  tidegate trade -s EmaCross --pairs BTC/USDT:USDT,ETH/USDT:USDT\n  tidegate trade -s EmaCross --pairs BTC/USDT:USDT --url http://127.0.0.1:8470\n  TIDEGATE_API_KEY=… TIDEGATE_API_SECRET=… tidegate trade -c user_data/live.yaml --live\n  tidegate trade -s MarketMakerGlft -c user_data/maker.yaml --testnet\n  tidegate trade --bot binance=binance.yaml --bot bybit=bybit.yaml\n',
    )
    .action(trade);
}

async function trade(flags: TradeFlags): Promise<void> {
  const [{ runTrade }, { UsageError }] = await Promise.all([
    import('../runtime/trade/run-trade.ts'),
    import('../foundation/errors.ts'),
  ]);
  if (flags.live && flags.testnet)
    throw new UsageError('USAGE_CHOICE', '--live and --testnet exclude each other', { remedy: 'Give one of them.' });
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const run = {
    mode: flags.live ? 'live' : flags.testnet ? 'testnet' : 'dry-run',
    userdir: flags.userdir,
    config: () => configOf(flags),
    environment: process.env,
    dataFolder: (config: Config) => dataFolder(flags, config),
    ...(flags.url !== undefined && { url: flags.url }),
    ...(flags.ticks && { ticks: true }),
    console: print,
    wall: () => Date.now(),
    stop: signalled(),
  } as const;
  if (!flags.bot) return runTrade(run);
  const [{ parseBot }, { runBots }] = await Promise.all([
    import('../runtime/trade/bot-folders.ts'),
    import('../runtime/trade/run-bots.ts'),
  ]);
  const bots = flags.bot.map(parseBot);
  const twice = bots.find(({ name }, k) => bots.findIndex((bot) => bot.name === name) < k);
  if (twice)
    throw new UsageError('USAGE_BOT', `two bots are named "${twice.name}"`, { remedy: 'Give each its own name.' });
  await runBots(
    bots.map(({ name, files }) => ({
      ...run,
      bot: name,
      config: () => configOf({ ...flags, config: [...(flags.config ?? []), ...files] }),
      console: (line: string) => print(`${name}: ${line}`),
    })),
  );
}
