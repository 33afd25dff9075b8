import type { Command } from 'commander';
import { TidegateError } from '../foundation/errors.ts';
import { duration, number, percent, signedPercent, stretch } from '../report/format.ts';
import type { WalkReport } from '../runtime/hyperopt/walk-forward.ts';
import { curveLine, jsonOf, lengthOf, manyStudies } from './many-studies.ts';
import { addSearchOptions, ON_TICKS, type SearchFlags, searchOf, searchPlan } from './search-flags.ts';

interface WalkFlags extends SearchFlags {
  readonly train: string;
  readonly test: string;
  readonly kind: 'rolling' | 'anchored';
  readonly embargo: string;
  readonly json?: boolean;
}

/** `tidegate walk-forward` */
export function registerWalkForward(program: Command): void {
  addSearchOptions(
    program
      .command('walk-forward')
      .description('tune on a window, trade the next one, move on: what tuning is worth out of sample'),
    50,
  )
    .option(...ON_TICKS)
    .option('--train <length>', 'time to tune on, such as 90d or 12w', '90d')
    .option('--test <length>', 'time to trade then', '30d')
    .option('--kind <kind>', 'rolling: the window moves; anchored: it grows', 'rolling')
    .option('--embargo <length>', 'left out between the two', '0d')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate walk-forward -s EmaCross -p BTC/USDT --timerange 20230101-20250101 --train 180d --test 30d --epochs 100\n  tidegate walk-forward -s MarketMakerGlft --ticks -p BTC/USDT:USDT --train 2d --test 1d\n',
    )
    .action(run);
}

async function run(flags: WalkFlags): Promise<void> {
  if (flags.kind !== 'rolling' && flags.kind !== 'anchored')
    throw new TidegateError('CONFIG_VALUE', `--kind cannot be "${String(flags.kind)}"`, {
      remedy: 'Give rolling or anchored.',
    });
  const plan = { ...(await searchPlan(flags)), holdOut: 0 };
  const { crewOf } = await import('../runtime/hyperopt/search.ts');
  const { walkForward } = await import('../runtime/hyperopt/walk-forward.ts');
  const walk = {
    trainMs: lengthOf(flags.train, 'train'),
    testMs: lengthOf(flags.test, 'test'),
    kind: flags.kind,
    embargoMs: lengthOf(flags.embargo, 'embargo'),
  };
  const search = await searchOf(flags, plan);
  const crew = await crewOf(search, plan.jobs, flags.workers);
  const studies = manyStudies(search, { walk }, flags, 'windows');
  try {
    const report = await walkForward(search, crew, { ...walk, ...studies });
    studies.ended(report.isStopped);
    process.stdout.write(flags.json ? `${jsonOf(report)}\n` : await textOf(report));
  } finally {
    await crew.end();
    studies.close();
  }
}

async function textOf(report: WalkReport): Promise<string> {
  const { paramText } = await import('./search-table.ts');
  const { textTable } = await import('../report/text-table.ts');
  const table = textTable(
    ['tuned on', 'traded', 'in sample', 'out', 'drawdown', 'trades', 'as it is', 'parameters'],
    0,
  );
  for (const { window, best, train, test, asItIs } of report.steps)
    table.push([
      stretch(window.train),
      stretch(window.test),
      train ? signedPercent(train.profit) : 'none feasible',
      test ? signedPercent(test.profit) : '–',
      test ? percent(test.drawdown) : '–',
      test ? number(test.trades, 0) : '–',
      asItIs ? signedPercent(asItIs.profit) : '–',
      best ? paramText(best.params).slice(0, 70) : '–',
    ]);
  const traded = report.steps.reduce((sum, { window: { test } }) => sum + test.to - test.from, 0);
  return `${table.toString()}\n\n${curveLine('out of sample, tuned', report.tuned)}\n${curveLine('the strategy as it is', report.asItIs)}\nefficiency ${number(report.efficiency)} (growth out of sample over growth in sample), ${percent(report.winningShare, 0)} of ${report.steps.length} windows earned, ${duration(traded)} traded\n`;
}
