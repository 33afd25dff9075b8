import { basename } from 'node:path';
import type { Command } from 'commander';
import { URL_OPTION } from './option-values.ts';
import { addTradeOptions, configOf, type RunFlags } from './run-options.ts';
import { signalled } from './signalled.ts';

interface HaltFlags extends RunFlags {
  readonly flatten?: boolean;
  readonly live?: boolean;
  readonly testnet?: boolean;
  readonly url?: string;
}

/** `tidegate halt` */
export function registerHalt(program: Command): void {
  addTradeOptions(
    program.command('halt').description('the kill switch: no more entries, and with --flatten no more positions'),
  )
    .option('--flatten', 'leave every position at the market')
    .option('--live', 'where no bot runs: act on the live account')
    .option('--testnet', 'where no bot runs: act on the test network')
    .option('--url <url>', `where no bot runs: ${URL_OPTION[1]}`, URL_OPTION[2])
    .addHelpText(
      'after',
      '\nTells the running bot, and ends once the exchange confirms. Where none runs, it acts by itself with the given configuration.\nThe same by a file: "echo flatten > user_data/HALT".\n\nExamples:\n  tidegate halt\n  tidegate halt --flatten\n  tidegate halt --flatten --live -c user_data/live.yaml\n',
    )
    .action(halt);
}

async function halt(flags: HaltFlags): Promise<void> {
  const [{ runningBots }, { HALT_WAIT_MS, tellBot }, { TidegateError }] = await Promise.all([
    import('../runtime/trade/bot-folders.ts'),
    import('../runtime/trade/operator.ts'),
    import('../foundation/errors.ts'),
  ]);
  const flatten = flags.flatten ?? false;
  const bots = runningBots(flags.userdir, Date.now());
  if (bots.length > 0) {
    // All at once: a kill switch does not wait for the bot before.
    const answers = await Promise.all(
      bots.map((folder) =>
        tellBot(folder, { command: 'halt', flatten }, HALT_WAIT_MS).catch((error: Error) => ({
          ok: false,
          text: error.message,
        })),
      ),
    );
    const told = answers.map(({ text }, k) => (bots.length > 1 ? `${basename(bots[k]!)}: ${text}` : text));
    if (!answers.every(({ ok }) => ok))
      throw new TidegateError('TRADE_HALT', told.join('; '), { remedy: 'Look at the exchange itself, now.' });
    process.stdout.write(`${told.join('\n')}\n`);
    return;
  }
  if (!flags.live && !flags.testnet)
    throw new TidegateError('TRADE_NO_BOT', 'no bot runs here', {
      where: flags.userdir,
      remedy:
        'Give --userdir of the one that does; or --live (or --testnet) with its configuration to act on the account directly.',
    });
  const { runTrade } = await import('../runtime/trade/run-trade.ts');
  await runTrade({
    mode: flags.live ? 'live' : 'testnet',
    userdir: flags.userdir,
    config: () => configOf(flags),
    environment: process.env,
    ...(flags.url !== undefined && { url: flags.url }),
    console: (line) => process.stdout.write(`${line}\n`),
    wall: () => Date.now(),
    stop: signalled(),
    haltAtOnce: { flatten },
  });
}
