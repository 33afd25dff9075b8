import type { Command } from 'commander';
import { duration, fall, number, percent, signedPercent, stretch } from '../report/format.ts';
import type { WalkReport } from '../runtime/hyperopt/walk-forward.ts';
import { addPageOptions, curveLine, efficiencyText, manyStudies, type PageFlags } from './many-studies.ts';
import { choiceOf, JSON_OPTION, lengthOption } from './option-values.ts';
import { print, reportJson } from './print.ts';
import { addSearchOptions, ON_TICKS, type SearchFlags, searchOf, searchPlan } from './search-flags.ts';

interface WalkFlags extends SearchFlags, PageFlags {
  readonly train: number;
  readonly test: number;
  readonly kind: 'rolling' | 'anchored';
  readonly embargo: number;
  readonly json?: boolean;
}

/** `tidegate walk-forward` */
export function registerWalkForward(program: Command): void {
  addPageOptions(
    addSearchOptions(
      program
        .command('walk-forward')
        .description('tune on a window, trade the next one, move on: what tuning is worth out of sample'),
      50,
    ),
  )
    .option(...ON_TICKS)
    .addOption(lengthOption('--train', 'time to tune on, such as 90d or 12w', '90d'))
    .addOption(lengthOption('--test', 'time to trade then', '30d'))
    .option(
      '--kind <kind>',
      'rolling: the window moves; anchored: it grows',
      choiceOf('--kind', ['rolling', 'anchored']),
      'rolling',
    )
    .addOption(lengthOption('--embargo', 'left out between the two', '0d'))
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate walk-forward -s EmaCross -p BTC/USDT --timerange 20230101-20250101 --train 180d --test 30d --epochs 100\n  tidegate walk-forward -s MarketMakerGlft --ticks -p BTC/USDT:USDT --train 2d --test 1d\n',
    )
    .action(run);
}

async function run(flags: WalkFlags): Promise<void> {
  const plan = { ...(await searchPlan(flags)), holdOut: 0 };
  const { crewOf } = await import('../runtime/hyperopt/search.ts');
  const { walkForward } = await import('../runtime/hyperopt/walk-forward.ts');
  const walk = {
    trainMs: flags.train,
    testMs: flags.test,
    kind: flags.kind,
    embargoMs: flags.embargo,
  };
  const search = await searchOf(flags, plan);
  const crew = await crewOf(search, plan.jobs, flags.workers);
  const studies = manyStudies(search, { walk }, flags, 'windows');
  try {
    const report = await walkForward(search, crew, { ...walk, ...studies });
    studies.ended(report.isStopped);
    print(flags.json ? reportJson(report) : await textOf(report));
    if (report.steps.some(({ test }) => test)) {
      const { walkPageData } = await import('./out-of-sample-data.ts');
      await studies.page(() => walkPageData(search, report));
    }
  } finally {
    await crew.end();
    studies.close();
  }
}

async function textOf(report: WalkReport): Promise<string> {
  const { INFEASIBLE, paramText } = await import('./search-table.ts');
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
      test ? fall(test.drawdown) : '–',
      test ? number(test.trades, 0) : '–',
      asItIs ? signedPercent(asItIs.profit) : '–',
      best ? paramText(best.params).slice(0, 70) : '–',
    ]);
  const tuned = report.steps.filter((step) => step.test !== undefined);
  const traded = tuned.reduce((sum, { window: { test } }) => sum + test.to - test.from, 0);
  const left = report.steps.length - tuned.length;
  const untuned =
    left > 0
      ? `${left} of ${report.steps.length} windows found no feasible trial and were not traded: ${INFEASIBLE}.\n`
      : '';
  if (tuned.length === 0) return `${table.toString()}\n\n${untuned}`;
  return `${table.toString()}\n\n${curveLine('out of sample, tuned', report.tuned)}\n${curveLine('the strategy as it is', report.asItIs)}\n${efficiencyText(report.efficiency)}, ${percent(report.winningShare, 0)} of ${tuned.length} traded windows earned, ${duration(traded)} traded\n${untuned}`;
}
