import { messageOf } from '../foundation/message-of.ts';
import { packageVersion } from '../runtime/package-root.ts';
import { groupOf } from './command-groups.ts';
import { COMMANDS } from './commands.ts';

/**
 * The command line. Loads only the module of the command that is asked for. Exit codes: 0 done, 1 failed, 2 wrong use.
 * @param args what follows `tidegate`
 */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe: that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const name = args.find((arg) => !arg.startsWith('-'));
  if (args[0] === '--version' || args[0] === '-V') {
    process.stdout.write(`${packageVersion()}\n`);
    return;
  }
  const debug = args.includes('--debug');
  // What nobody waited for: a promise of the user's code that was rejected, an error of a stream.
  process.on('uncaughtException', (error) => {
    if (!hasFailed) void fail(error, debug).finally(() => process.exit(1));
  });
  (await import('../runtime/quick-imports.ts')).installQuickImports();
  const { Command } = await import('commander');
  const program = new Command('tidegate')
    .description('Strategies for crypto and forex markets: backtest, tune and trade one class.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('--debug', 'show stack traces of errors')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate demo\n  tidegate new strategy MyIdea\n  tidegate backtest --strategy MyIdea --pairs BTC/USDT --timerange 20240101-20240601\n',
    );
  // Nothing is left that could wake the program while it still waits: somebody's promise never settles.
  const stalled = (): void => {
    void import('../foundation/errors.ts')
      .then(({ TidegateError }) =>
        fail(
          new TidegateError('RUN_STALLED', `"tidegate ${name}" waits for a promise that nothing will settle`, {
            remedy: 'Look in your modules and sources for a promise that is never resolved.',
          }),
          debug,
        ),
      )
      .finally(() => process.exit(1));
  };
  process.once('beforeExit', stalled);
  const isKnown = COMMANDS.some((entry) => entry.name === name);
  try {
    for (const entry of COMMANDS) {
      if (entry.name === name) (await entry.load())(program);
      // A command that comes first speaks for itself: the others are listed only in help of the whole.
      else if (args[0] !== name || !isKnown) {
        const command = program.command(entry.name).description(entry.doc).helpGroup(groupOf(entry.name));
        command.allowUnknownOption().helpOption(false);
      }
    }
    for (const command of program.commands) inherit(command, debug);
    program.hook('preAction', async (_, command) => refuseEmpty(command));
    if (name && !isKnown) await unknown(name);
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
  } catch (error) {
    await fail(error, debug);
  } finally {
    process.off('beforeExit', stalled);
  }
}

/** Variables whose values no error may show. */
const SECRET = /^TIDEGATE_.*(KEY|SECRET|PASSWORD|PASSPHRASE|TOKEN)$/;

type Commands = import('commander').Command;

function inherit(command: Commands, debug: boolean): void {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  if (!command.options.some((o) => o.long === '--debug') && debug)
    command.option('--debug', 'show stack traces of errors');
  for (const inner of command.commands) inherit(inner, debug);
}

/** An option without a value, as a script with an unset variable gives it, is not the same as no option. @throws UsageError USAGE_EMPTY */
async function refuseEmpty(command: Commands): Promise<void> {
  const option = command.options.find((o) => command.getOptionValue(o.attributeName()) === '');
  if (option === undefined) return;
  const { UsageError } = await import('../foundation/errors.ts');
  throw new UsageError('USAGE_EMPTY', `${option.long} was given without a value`, {
    remedy: `Write "${option.flags}", or leave it out.`,
  });
}

async function unknown(name: string): Promise<never> {
  const { didYouMean, UsageError } = await import('../foundation/errors.ts');
  throw new UsageError('USAGE_COMMAND', `there is no command "${name}"`, {
    remedy:
      didYouMean(
        name,
        COMMANDS.map((c) => c.name),
      ) || 'See "tidegate --help".',
  });
}

/** One failure is told: what goes wrong after it follows from it. */
let hasFailed = false;

/**
 * Prints an error: its message, or with --debug all of it. What is neither known nor the system's no about a file was thrown by the user's code, or is a
 * bug and says so.
 */
async function fail(thrown: unknown, debug: boolean): Promise<void> {
  hasFailed = true;
  const { TidegateError, UsageError } = await import('../foundation/errors.ts');
  const { systemFailure } = await import('../foundation/system-failure.ts');
  const { userPlace } = await import('../foundation/user-place.ts');
  const error = systemFailure(thrown) ?? thrown;
  const known = error instanceof TidegateError;
  const text = messageOf(error);
  const place = userPlace(error);
  const { secretStriker } = await import('../foundation/redacted.ts');
  const secrets = Object.entries(process.env).flatMap(([name, value]) => (SECRET.test(name) && value ? [value] : []));
  const strike = secrets.length > 0 ? secretStriker(secrets) : (told: string) => told;
  const tell = (told: string) => process.stderr.write(strike(told));
  tell(
    known
      ? `${text}${place === undefined || text.includes(place) ? '' : ` At ${place}.`}\n`
      : place !== undefined
        ? `USER_CODE_FAILED: code of yours threw: ${text}. At ${place}.\n`
        : `INTERNAL: ${text}. This is a bug in Tidegate: run again with --debug and report what it prints.\n`,
  );
  if (debug && error instanceof Error) {
    tell(`${error.stack ?? ''}\n`);
    for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
      tell(`caused by ${cause.stack ?? cause.message}\n`);
  }
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
