import type { Command } from 'commander';
import type { MonteCarlo } from '../hyperopt/index.ts';
import { date, number, percent, signedPercent } from '../report/format.ts';
import type { RobustnessReport } from '../runtime/hyperopt/robustness.ts';
import { JSON_OPTION, listOf } from './option-values.ts';
import { print, reportJson } from './print.ts';
import { withBar } from './progress-bar.ts';
import { addSearchOptions, type SearchFlags, searchPlan } from './search-flags.ts';

interface RobustnessFlags extends SearchFlags {
  readonly otherPairs?: readonly string[];
  readonly json?: boolean;
}

/** `tidegate robustness` */
export function registerRobustness(program: Command): void {
  const command = addSearchOptions(
    program
      .command('robustness')
      .description('a strategy as it is under other costs, starts, periods, pairs and parameters, and resampled'),
    1,
  );
  const hidden = [
    '--epochs',
    '--sampler',
    '--pruner',
    '--patience',
    '--lag',
    '--hold-out',
    '--min-trades',
    '--max-drawdown',
  ];
  for (const option of command.options) if (option.long && hidden.includes(option.long)) option.hideHelp();
  command
    .option('--other-pairs <list>', 'pairs that it was not made for, to try it on', listOf)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExample:\n  tidegate robustness -s EmaCross -p BTC/USDT,ETH/USDT --other-pairs SOL/USDT --timerange 20240101-20250101\n',
    )
    .action(run);
}

async function run(flags: RobustnessFlags): Promise<void> {
  const { TidegateError } = await import('../foundation/errors.ts');
  const asked = await searchPlan(flags);
  const plan = { ...asked, holdOut: 0, minTrades: 0 };
  const { crewOf, loadSearch } = await import('../runtime/hyperopt/search.ts');
  const { robustness } = await import('../runtime/hyperopt/robustness.ts');
  const search = await loadSearch(plan).catch((error: unknown) => {
    // A strategy without parameters has no neighbours by them; its stop-loss has.
    const isEmpty = error instanceof TidegateError && error.code === 'SPACE_EMPTY';
    if (!isEmpty || plan.spaces) throw error;
    return loadSearch({ ...plan, spaces: ['stoploss'] });
  });
  const crew = await crewOf(search, plan.jobs, flags.workers);
  try {
    const report = await withBar('robustness', flags.json, (update) =>
      robustness(search, crew, {
        onRun: (done, total) => update(done / total),
        ...(flags.otherPairs && { otherPairs: flags.otherPairs }),
      }),
    );
    print(flags.json ? reportJson(report) : await textOf(report));
  } finally {
    await crew.end();
  }
}

function roomText(bps: number): string {
  if (Number.isNaN(bps)) return 'no profit for costs to eat';
  return `profit gone at ${bps === Number.POSITIVE_INFINITY ? 'more than 20' : number(bps, 1)} bps more slippage a side`;
}

async function textOf(report: RobustnessReport): Promise<string> {
  const { metricCells, paramText } = await import('./search-table.ts');
  const { textTable } = await import('../report/text-table.ts');
  const table = textTable(['', 'change', 'profit', 'drawdown', 'Sharpe', 'trades', 'won'], 2);
  let group = '';
  for (const row of report.rows) {
    const name = row.group === group ? '' : row.group;
    group = row.group;
    if (row.metrics) table.push([name, row.change, ...metricCells(row.metrics)]);
    else table.push([name, row.change, { colSpan: 5, content: (row.error ?? '').slice(0, 80) }]);
  }
  const monte = textTable(['resampled', 'return 5 %', 'median', '95 %', 'drawdown median', '95 %', 'loses', 'halves']);
  const add = (name: string, m: MonteCarlo | undefined) =>
    m &&
    monte.push([
      name,
      signedPercent(m.totalReturn.p5),
      signedPercent(m.totalReturn.median),
      signedPercent(m.totalReturn.p95),
      percent(m.maxDrawdown.median),
      percent(m.maxDrawdown.p5),
      percent(m.lossProbability, 1),
      percent(m.ruinProbability, 1),
    ]);
  add('trades', report.trades);
  add('stretches of days', report.paths);
  const { winning, reality } = report;
  const share = (x: number) => (Number.isFinite(x) ? percent(x, 0) : 'none tried');
  const head = `${report.strategy}  ${date(report.period.from)} to ${date(report.period.to)}  ${paramText(report.params)}`;
  const tried = [head.trimEnd(), '', table.toString(), ''];
  if (report.rows[0]!.metrics?.trades === 0) return [...tried, ...report.words, ''].join('\n');
  return [
    ...tried,
    report.trades || report.paths ? `${monte.toString()}\n` : 'Too few trades to resample.\n',
    `Sharpe ratio above zero with probability ${percent(report.probabilistic, 1)}; ${roomText(report.breakEvenBps)}`,
    `earned: ${share(winning.neighbour)} of near parameters, ${share(winning.period)} of the parts of the time, ${share(winning.start)} of later starts, ${share(winning.pair)} of single pairs`,
    reality
      ? `with its neighbours: White's p ${number(reality.whiteP, 3)}, SPA p ${number(reality.spa.consistent, 3)}, probability of overfitting ${percent(report.pbo, 0)}`
      : 'no reality check: too little movement',
    ...report.words,
    '',
  ].join('\n');
}
