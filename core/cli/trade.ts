import type { Command } from 'commander';
import { addRunOptions, configOf, type RunFlags } from './run-options.ts';

interface TradeFlags extends RunFlags {
  readonly live?: boolean;
  readonly testnet?: boolean;
  readonly replay?: string;
}

/** `tidegate trade` */
export function registerTrade(program: Command): void {
  addRunOptions(program.command('trade').description('trade on live data: on paper unless told otherwise'))
    .option('--testnet', "trade on the exchange's test network, with its keys")
    .option('--live', 'trade with real money: needs trade.live in the configuration, and keys in the environment')
    .option('--replay <url>', 'talk to a replay exchange ("tidegate replay") in place of the real one')
    .addHelpText(
      'after',
      '\nWithout --testnet or --live it is a dry-run: live prices, orders on paper, no keys.\n\nExamples:\n  tidegate trade -s EmaCross --pairs BTC/USDT:USDT,ETH/USDT:USDT\n  tidegate trade -s EmaCross --pairs BTC/USDT:USDT --replay http://127.0.0.1:8470\n  TIDEGATE_API_KEY=… TIDEGATE_API_SECRET=… tidegate trade -c user_data/live.yaml --live\n',
    )
    .action(trade);
}

async function trade(flags: TradeFlags): Promise<void> {
  const [{ runTrade }, { UsageError }] = await Promise.all([
    import('../runtime/trade/run-trade.ts'),
    import('../foundation/errors.ts'),
  ]);
  if (flags.live && flags.testnet)
    throw new UsageError('TRADE_MODE', '--live and --testnet exclude each other', { remedy: 'Give one of them.' });
  await runTrade({
    mode: flags.live ? 'live' : flags.testnet ? 'testnet' : 'dry-run',
    userdir: flags.userdir,
    config: () => configOf(flags),
    environment: process.env,
    ...(flags.replay !== undefined && { url: flags.replay }),
    console: (line) => process.stdout.write(`${line}\n`),
    wall: () => Date.now(),
    stop: signalled(),
  });
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once, which is safe at any time. */
export function signalled(): Promise<string> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done(signal));
  });
}
