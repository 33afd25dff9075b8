import { join } from 'node:path';
import type { Command } from 'commander';
import { TidegateError } from '../foundation/errors.ts';
import { date, duration, number, percent, signedPercent } from '../report/format.ts';
import type { WalkCurve, WalkReport } from '../runtime/hyperopt/walk-forward.ts';
import { addSearchOptions, type SearchFlags, searchPlan } from './search-flags.ts';

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
    .option('--train <length>', 'time to tune on, such as 90d or 12w', '90d')
    .option('--test <length>', 'time to trade then', '30d')
    .option('--kind <kind>', 'rolling: the window moves; anchored: it grows', 'rolling')
    .option('--embargo <length>', 'left out between the two', '0d')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      '\nExample:\n  tidegate walk-forward -s EmaCross -p BTC/USDT --timerange 20230101-20250101 --train 180d --test 30d --epochs 100\n',
    )
    .action(run);
}

async function run(flags: WalkFlags): Promise<void> {
  if (flags.kind !== 'rolling' && flags.kind !== 'anchored')
    throw new TidegateError('CONFIG_VALUE', `--kind cannot be "${String(flags.kind)}"`, {
      remedy: 'Give rolling or anchored.',
    });
  const plan = { ...(await searchPlan(flags)), holdOut: 0 };
  const { crewOf, loadSearch } = await import('../runtime/hyperopt/search.ts');
  const { walkForward } = await import('../runtime/hyperopt/walk-forward.ts');
  const { openStudyFile, sqliteStore } = await import('../hyperopt/index.ts');
  const { hashOf } = await import('../runtime/result-of.ts');
  const { mkdirSync } = await import('node:fs');
  const walk = {
    trainMs: lengthOf(flags.train, 'train'),
    testMs: lengthOf(flags.test, 'test'),
    kind: flags.kind,
    embargoMs: lengthOf(flags.embargo, 'embargo'),
  };
  const search = await loadSearch(plan);
  const crew = await crewOf(search, plan.jobs, flags.workers);
  mkdirSync(join(flags.userdir, 'hyperopt'), { recursive: true });
  // One study per window and walk, in a file of their own: a walk that was broken off goes on where it was.
  const db = openStudyFile(join(flags.userdir, 'hyperopt', 'walks.sqlite'));
  const { objectives, sampler, seed, lag } = plan;
  const mark = hashOf({ ...search.identity, walk, objectives, sampler, seed, lag, space: search.space.groups }).slice(
    0,
    8,
  );
  const control = new AbortController();
  const onInterrupt = () => control.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const report = await walkForward(search, crew, {
      ...walk,
      signal: control.signal,
      storeOf: (window) => sqliteStore(db, `${mark}/${window}`),
      onTrial: (window, windows, trial) => {
        if (process.stderr.isTTY && !flags.json)
          process.stderr.write(`\r\x1b[Kwindow ${window + 1} of ${windows}, trial ${trial + 1} of ${plan.epochs}`);
      },
    });
    if (process.stderr.isTTY && !flags.json) process.stderr.write('\r\x1b[K');
    if (report.isStopped) {
      process.stderr.write('Stopped; run the same command again to go on.\n');
      process.exitCode = 130;
    }
    process.stdout.write(flags.json ? `${jsonOf(report)}\n` : await textOf(report));
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    await crew.end();
    db.close();
  }
}

async function textOf(report: WalkReport): Promise<string> {
  const { paramText, searchTable } = await import('./search-table.ts');
  const table = searchTable(
    ['tuned on', 'traded', 'in sample', 'out', 'drawdown', 'trades', 'as it is', 'parameters'],
    0,
  );
  for (const { window, best, train, test, asItIs } of report.steps)
    table.push([
      `${date(window.train.from)} to ${date(window.train.to)}`,
      `${date(window.test.from)} to ${date(window.test.to)}`,
      train ? signedPercent(train.profit) : 'none feasible',
      test ? signedPercent(test.profit) : '–',
      test ? percent(test.drawdown) : '–',
      test ? number(test.trades, 0) : '–',
      asItIs ? signedPercent(asItIs.profit) : '–',
      best ? paramText(best.params).slice(0, 70) : '–',
    ]);
  const line = (name: string, c: WalkCurve) =>
    `${name.padEnd(22)}${signedPercent(c.totalReturn).padStart(10)}   drawdown ${percent(c.maxDrawdown)}   Sharpe ${number(c.sharpePerDay * Math.sqrt(365))} a year, above zero with probability ${percent(c.probabilistic, 1)}`;
  return `${table.toString()}\n\n${line('out of sample, tuned', report.tuned)}\n${line('the strategy as it is', report.asItIs)}\nefficiency ${number(report.efficiency)} (growth out of sample over growth in sample), ${percent(report.winningShare, 0)} of ${report.steps.length} windows earned, ${duration(report.tuned.time.length * 86_400_000)} traded\n`;
}

function jsonOf(report: WalkReport): string {
  return JSON.stringify(report, (key, value: unknown) =>
    key === 'returns' ? undefined : value instanceof Float64Array ? Array.from(value) : value,
  );
}

/** `90d`, `12w`, `36h` as ms. @throws TidegateError CONFIG_VALUE */
function lengthOf(text: string, name: string): number {
  const match = /^(\d+(?:\.\d+)?)([hdw])$/.exec(text.trim());
  if (!match)
    throw new TidegateError('CONFIG_VALUE', `--${name} cannot be "${text}"`, {
      remedy: 'Write a number with h, d or w: 90d.',
    });
  return Number(match[1]) * { h: 3_600_000, d: 86_400_000, w: 604_800_000 }[match[2] as 'h' | 'd' | 'w'];
}
