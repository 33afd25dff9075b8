import type { Command } from 'commander';

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
    .option('--userdir <dir>', "the bot's user folder", 'user_data')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate tell status\n  tidegate tell pause\n  tidegate tell force-exit BTC/USDT:USDT\n',
    )
    .action(tell);
}

async function tell(
  command: string,
  pair: string | undefined,
  flags: { readonly side: string; readonly strategy?: string; readonly userdir: string },
): Promise<void> {
  const [{ operatorCommand, tellBot }, { TidegateError, UsageError }] = await Promise.all([
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
    throw new UsageError('TRADE_COMMAND', `"${[command, pair].filter(Boolean).join(' ')}" is no command for a bot`, {
      remedy: 'See "tidegate tell --help".',
    });
  const { ok, text } = await tellBot(flags.userdir, parsed.data, 30_000);
  if (!ok) throw new TidegateError('TRADE_COMMAND', text);
  process.stdout.write(`${text}\n`);
}
