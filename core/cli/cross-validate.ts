import type { Command } from 'commander';
import { date, duration, number, percent, signedPercent } from '../report/format.ts';
import type { CrossReport } from '../runtime/hyperopt/cross-validate.ts';
import { addPageOptions, curveLine, efficiencyText, manyStudies, type PageFlags } from './many-studies.ts';
import { JSON_OPTION, lengthOf, wholeOf } from './option-values.ts';
import { print, reportJson } from './print.ts';
import { addSearchOptions, type SearchFlags, searchPlan } from './search-flags.ts';

interface CrossFlags extends SearchFlags, PageFlags {
  readonly groups: number;
  readonly testGroups: number;
  readonly purge: number | 'auto';
  readonly embargo: number | 'auto';
  readonly json?: boolean;
}

/** `tidegate cross-validate` */
export function registerCrossValidate(program: Command): void {
  addPageOptions(
    addSearchOptions(
      program
        .command('cross-validate')
        .description(
          'tune on all ways of leaving parts of the time out, trade those: purged, embargoed, combinatorial',
        ),
      50,
    ),
  )
    .option('--groups <n>', 'equal parts of the period', wholeOf('--groups', 2, 100), 6)
    .option(
      '--test-groups <n>',
      'parts that are left out at a time; 1 is purged k-fold',
      wholeOf('--test-groups', 1),
      2,
    )
    .option(
      '--purge <length>',
      'cut from training before each test, such as 2d; auto: the longest trade',
      automatic('--purge'),
      'auto',
    )
    .option(
      '--embargo <length>',
      'cut from training after each test; auto: how far back features look',
      automatic('--embargo'),
      'auto',
    )
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExample:\n  tidegate cross-validate -s EmaCross -p BTC/USDT --timerange 20230101-20250101 --groups 6 --test-groups 2 --epochs 50\n',
    )
    .action(run);
}

const automatic = (name: string) => (text: string) => (text === 'auto' ? text : lengthOf(name)(text));

async function run(flags: CrossFlags): Promise<void> {
  const plan = { ...(await searchPlan(flags)), holdOut: 0 };
  const { crewOf, loadSearch } = await import('../runtime/hyperopt/search.ts');
  const { crossValidate } = await import('../runtime/hyperopt/cross-validate.ts');
  const cross = {
    groups: flags.groups,
    testGroups: flags.testGroups,
    ...(flags.purge !== 'auto' && { purgeMs: flags.purge }),
    ...(flags.embargo !== 'auto' && { embargoMs: flags.embargo }),
  };
  const search = await loadSearch(plan);
  const crew = await crewOf(search, plan.jobs, flags.workers);
  const studies = manyStudies(search, { cross }, flags, 'splits');
  try {
    const report = await crossValidate(search, crew, { ...cross, ...studies });
    studies.ended(report.isStopped);
    print(flags.json ? reportJson(report) : await textOf(report));
    if (report.paths.length > 0) {
      const { crossPageData } = await import('./out-of-sample-data.ts');
      await studies.page(() => crossPageData(search, report));
    }
  } finally {
    await crew.end();
    studies.close();
  }
}

async function textOf(report: CrossReport): Promise<string> {
  const { paramText } = await import('./search-table.ts');
  const { textTable } = await import('../report/text-table.ts');
  const table = textTable(['held out', 'in sample', 'out', 'trades', 'parameters'], 1);
  for (const { testGroups, trained, tested, best } of report.splits) {
    const growth = tested.reduce((product, t) => product * (1 + (t?.profit ?? 0)), 1) - 1;
    const trades = tested.reduce((sum, t) => sum + (t?.trades ?? 0), 0);
    table.push([
      testGroups.map((g) => g + 1).join(' and '),
      trained ? signedPercent(trained.profit) : 'none feasible',
      best ? signedPercent(growth) : '–',
      best ? number(trades, 0) : '–',
      best ? paramText(best.params).slice(0, 70) : '–',
    ]);
  }
  const { groups, paths, splits, purgeMs, embargoMs } = report;
  const parts = groups.map((g, k) => `${k + 1}: ${date(g.from)}`).join('   ');
  const head = `parts from  ${parts}   to ${date(groups.at(-1)!.to)}\ncut from training: ${duration(purgeMs)} before each test, ${duration(embargoMs)} after it\n`;
  if (paths.length === 0) return `${head}\n${table.toString()}\n`;
  const order = [...paths].sort((a, b) => a.totalReturn - b.totalReturn);
  const sharpes = paths.map((p) => p.sharpePerDay * Math.sqrt(365)).sort((a, b) => a - b);
  const median = order[order.length >> 1]!;
  return [
    head,
    table.toString(),
    '',
    `${paths.length === 1 ? 'one path' : `${paths.length} paths`} out of sample through the whole period, from ${splits.length} splits`,
    ...(paths.length === 1
      ? [curveLine('tuned', median), curveLine('the strategy as it is', report.asItIs)]
      : [
          curveLine('worst path', order[0]!),
          curveLine('median path', median),
          curveLine('best path', order.at(-1)!),
          curveLine('the strategy as it is', report.asItIs),
          `Sharpe ratio a year over paths ${number(sharpes[0]!)} to ${number(sharpes.at(-1)!)}; ${percent(report.winningShare, 0)} of paths earned, ${percent(report.betterShare, 0)} more than the strategy as it is`,
        ]),
    efficiencyText(report.efficiency),
    '',
  ].join('\n');
}
