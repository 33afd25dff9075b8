import { basename } from 'node:path';
import type { Command } from 'commander';
import { userFolderOf } from './option-values.ts';

/** `tidegate tell` */
export function registerTell(program: Command): void {
  program
    .command('tell')
    .description(
      'tell a running bot: pause, resume, stop, reload, status, reconcile, force-enter PAIR, force-exit PAIR',
    )
    .argument('<command>', 'what to do')
    .argument('[pair]', 'for force-enter and force-exit')
    .option('--side <side>', 'of force-enter: long or short', 'long')
    .option('--strategy <name>', 'where several strategies trade the pair')
    .option('--userdir <dir>', "the bot's user folder; several bots in it are all told", userFolderOf, 'user_data')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate tell status\n  tidegate tell pause\n  tidegate tell force-exit BTC/USDT:USDT\n',
    )
    .action(tell);
}

const WITHOUT_PAIR = ['pause', 'resume', 'stop', 'reload', 'status', 'reconcile'];
const WITH_PAIR = ['force-enter', 'force-exit'];

async function tell(
  command: string,
  pair: string | undefined,
  flags: { readonly side: string; readonly strategy?: string; readonly userdir: string },
): Promise<void> {
  const [{ operatorCommand, tellBot }, { didYouMean, TidegateError, UsageError }] = await Promise.all([
    import('../runtime/trade/operator.ts'),
    import('../foundation/errors.ts'),
  ]);
  const { side, strategy } = flags;
  const wanted = {
    command,
    ...(pair !== undefined && { pair }),
    ...(strategy !== undefined && { strategy }),
    ...(command === 'force-enter' && { side }),
  };
  const parsed = operatorCommand.safeParse(wanted);
  if (!parsed.success)
    throw new UsageError('USAGE_COMMAND', `"${[command, pair].filter(Boolean).join(' ')}" is no command for a bot`, {
      remedy: WITH_PAIR.includes(command)
        ? `Name a pair: tidegate tell ${command} BTC/USDT:USDT.`
        : `${didYouMean(command, [...WITHOUT_PAIR, ...WITH_PAIR])} See "tidegate tell --help".`.trim(),
    });
  const { runningBots } = await import('../runtime/trade/bot-folders.ts');
  const bots = runningBots(flags.userdir, Date.now());
  if (bots.length > 1 && pair !== undefined)
    throw new UsageError('USAGE_BOT', `${bots.length} bots run here`, {
      where: flags.userdir,
      remedy: `Name the one that is meant: --userdir ${bots[0]}.`,
    });
  // One that does not beat yet may still be about to listen, or be between two sessions.
  const waitMs = bots.length > 0 ? 30_000 : 10_000;
  const failures: string[] = [];
  for (const folder of bots.length > 0 ? bots : [flags.userdir]) {
    const { ok, text } = await tellBot(folder, parsed.data, waitMs);
    const told = bots.length > 1 ? `${basename(folder)}: ${text}` : text;
    if (ok) process.stdout.write(`${told}\n`);
    else failures.push(told);
  }
  if (failures.length === 0) return;
  // What a bot answers names its own code.
  const [, code = 'TRADE_COMMAND', what = failures.join('; ')] =
    /^([A-Z][A-Z0-9_]+): (.+)$/s.exec(failures.join('; ')) ?? [];
  throw new TidegateError(code, what);
}
