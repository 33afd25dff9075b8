import type { Command } from 'commander';
import { JSON_OPTION, listOf, numberOf } from './option-values.ts';
import { withBar } from './progress-bar.ts';
import { addRunOptions, backtestOptions, configOf, dataFolder, type RunFlags } from './run-options.ts';

interface LearningReportFlags extends RunFlags {
  readonly gate: readonly number[];
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
    .option('--gate <list>', 'confidences to gate at', gates, [0, 0.2, 0.4, 0.6, 0.8])
    .option('--out <dir>', 'write the page, trades and result there')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nModels train on past windows only and are held against what they had not seen. The gate is swept over the parameter "confidence" of the strategy;\nensembles of a pipeline are run without each member.\n\nExamples:\n  tidegate learning --strategy VolumeMl --pairs BTC/USDT --timeframe 1h\n  tidegate learning -s VolatilityGated -p BTC/USDT --gate 0,0.1,0.3 --out report\n',
    )
    .action(run);
}

const gates = (text: string) => listOf(text).map(numberOf('--gate', { from: 0, to: 1 }));

async function run(flags: LearningReportFlags): Promise<void> {
  const { studyLearning } = await import('../runtime/learning/study-learning.ts');
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
  const study = await withBar('variants', flags.json, (update) =>
    studyLearning(config, { own, whole }, (changed) => backtestOptions(changed, flags), flags.gate, update),
  );
  if (flags.json) process.stdout.write(`${JSON.stringify(study)}\n`);
  else process.stdout.write((await import('./learning-table.ts')).learningTable(study));
}
