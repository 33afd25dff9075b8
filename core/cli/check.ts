import type { Command } from 'commander';
import type { CheckReport } from '../runtime/check/check-strategy.ts';
import type { Finding } from '../runtime/check/finding.ts';
import { JSON_OPTION, wholeOf } from './option-values.ts';
import { withBar } from './progress-bar.ts';
import { addRunOptions, backtestOptions, configOf, type RunFlags } from './run-options.ts';

interface CheckFlags extends RunFlags {
  readonly candles: number;
  readonly cuts: number;
  readonly json?: boolean;
}

/** `tidegate check` */
export function registerCheck(program: Command): void {
  addRunOptions(program.command('check').description('prove a strategy free of look-ahead, warm-up error and repaint'))
    .option('--candles <n>', 'most candles to look at, from the end of the range', wholeOf('--candles', 100), 5000)
    .option('--cuts <n>', 'how many times the data is cut', wholeOf('--cuts', 1), 40)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate check --strategy MyIdea --pairs BTC/USDT\n  tidegate check -s MyIdea -p BTC/USDT:USDT --timerange 20240101-20240301 --cuts 100\n\nExit code 1 when something is wrong. docs/guides/check.md says what is looked at and what cannot be seen.\n',
    )
    .action(run);
}

async function run(flags: CheckFlags): Promise<void> {
  const [{ guardGlobals }, { checkStrategy }, { forgetUserFiles }] = await Promise.all([
    import('../runtime/check/guard-globals.ts'),
    import('../runtime/check/check-strategy.ts'),
    import('../runtime/user-code.ts'),
  ]);
  const config = await configOf(flags);
  const load = async () => {
    forgetUserFiles();
    return (await backtestOptions(config, flags)).strategies;
  };
  // The strategy's file is loaded under watch too: what it reads while it loads is seen.
  const { value: report, uses } = await withBar('check', flags.json, (onProgress) =>
    guardGlobals(async () =>
      checkStrategy(await backtestOptions(config, flags), {
        candles: flags.candles,
        cuts: flags.cuts,
        load,
        onProgress,
      }),
    ),
  );
  const { outsideFindings } = await import('../runtime/check/outside-findings.ts');
  const findings = [...report.findings, ...outsideFindings(uses, config.parameters ?? {})];
  const isClean = !findings.some((f) => f.severity === 'fail');
  if (!isClean) process.exitCode = 1;
  if (flags.json) process.stdout.write(`${JSON.stringify({ passed: isClean, ...report, findings })}\n`);
  else process.stdout.write(await reportText([config.strategy].flat().join(', '), report, findings));
}

async function reportText(name: string, report: CheckReport, findings: readonly Finding[]): Promise<string> {
  const { CHECKS } = await import('../runtime/check/finding.ts');
  const { dateTime } = await import('../report/format.ts');
  const { default: colors } = await import('picocolors');
  const paint = colors.createColors(process.stdout.isTTY === true);
  const lines = [
    `${paint.bold(name)}: ${report.candles} candles from ${dateTime(report.from)} to ${dateTime(report.to)}, data cut ${report.cuts} times`,
  ];
  for (const check of CHECKS) {
    const own = findings.filter((f) => f.check === check);
    const isFailed = own.some((f) => f.severity === 'fail');
    const mark = isFailed ? paint.red('FAILED') : own.length > 0 ? paint.yellow('noted ') : paint.green('clean ');
    lines.push(`${mark} ${check}`);
    for (const { severity, what, where, remedy } of own) {
      lines.push(`       ${severity === 'fail' ? '' : 'note: '}${what}${where ? ` (${where})` : ''}`);
      if (remedy) lines.push(`       ${paint.dim(remedy)}`);
    }
  }
  const failed = new Set(findings.filter((f) => f.severity === 'fail').map((f) => f.check));
  lines.push(
    failed.size === 0 ? paint.green('No fault found.') : paint.red(`Not to be trusted: ${[...failed].join(', ')}.`),
  );
  return `${lines.join('\n')}\n`;
}
