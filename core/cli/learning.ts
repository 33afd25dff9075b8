import type { Command } from 'commander';
import { addRunOptions, backtestOptions, configOf, dataFolder, type RunFlags } from './run-options.ts';

interface LearningReportFlags extends RunFlags {
  readonly gate: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `tidegate learning` */
export function registerLearning(program: Command): void {
  addRunOptions(
    program
      .command('learning')
      .description(
        'train a strategy that learns, walk it forward, and say what it is worth: blocks, gate, members, costs',
      ),
  )
    .option('--gate <list>', 'confidences to gate at', '0,0.2,0.4,0.6,0.8')
    .option('--out <dir>', 'write the page, trades and result there')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      '\nModels train on past windows only and are held against what they had not seen. The gate is swept over the parameter "confidence" of the strategy;\nensembles of a pipeline are run without each member.\n\nExamples:\n  tidegate learning --strategy VolumeMl --pairs BTC/USDT --timeframe 1h\n  tidegate learning -s VolatilityGated --gate 0,0.1,0.3 --out report\n',
    )
    .action(run);
}

async function run(flags: LearningReportFlags): Promise<void> {
  const [{ UsageError }, { studyLearning }, { progressBar }] = await Promise.all([
    import('../foundation/errors.ts'),
    import('../runtime/learning/study-learning.ts'),
    import('./progress-bar.ts'),
  ]);
  const gates = flags.gate.split(',').map(Number);
  if (gates.some((g) => !(g >= 0 && g <= 1)))
    throw new UsageError('USAGE_NUMBER', `--gate cannot be "${flags.gate}"`, {
      remedy: 'Give confidences from 0 to 1: 0,0.3,0.6.',
    });
  const config = await configOf(flags);
  const own = await backtestOptions(config, flags);
  const { runAndReport, runWithBar } = await import('./run-and-report.ts');
  const whole = flags.json
    ? await runWithBar(own, 'backtest', true)
    : await runAndReport(own, {
        userdir: flags.userdir,
        json: false,
        report: true,
        keep: true,
        origin: { config, data: { folder: dataFolder(flags, config) } },
        ...(flags.out && { out: flags.out }),
      });
  const bar = progressBar('variants', flags.json ?? false);
  try {
    const study = await studyLearning(
      config,
      { own, whole },
      (changed) => backtestOptions(changed, flags),
      gates,
      bar.update,
    );
    bar.stop();
    if (flags.json) process.stdout.write(`${JSON.stringify(study)}\n`);
    else process.stdout.write((await import('./learning-table.ts')).learningTable(study));
  } finally {
    bar.stop();
  }
}
