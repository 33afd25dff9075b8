import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { date, percent, signedPercent } from '../report/format.ts';
import type { BatchRow } from '../runtime/hyperopt/batch.ts';
import { addRunOptions, configOf, dataFolder, type RunFlags } from './run-options.ts';
import { count } from './search-flags.ts';

interface BatchFlags extends RunFlags {
  readonly parts: string;
  readonly together?: boolean;
  readonly jobs?: string;
  readonly workers?: string;
  readonly json?: boolean;
}

/** `tidegate batch` */
export function registerBatch(program: Command): void {
  addRunOptions(
    program.command('batch').description('backtests of every strategy on every pair in every part of the time'),
  )
    .option('--parts <n>', 'equal parts of the period, each a backtest of its own', '1')
    .option('--together', 'all pairs in one account instead of each by itself')
    .option('-j, --jobs <n>', 'threads; by default one per core')
    .option('--workers <url>', 'run on other machines through Redis: redis://host:6379 (see "tidegate worker")')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      '\nExample:\n  tidegate batch -s EmaCross,BandReversion -p BTC/USDT,ETH/USDT --timerange 20240101-20250101 --parts 4\n',
    )
    .action(run);
}

async function run(flags: BatchFlags): Promise<void> {
  const config = await configOf(flags);
  const { loadBatch, runBatch } = await import('../runtime/hyperopt/batch.ts');
  const { progressBar } = await import('./progress-bar.ts');
  const places = {
    userdir: flags.userdir,
    dataFolder: dataFolder(flags, config),
    isDefaultFolder: !(flags.data ?? process.env.TIDEGATE_DATA ?? config.data),
  };
  const parts = count(flags.parts, 'parts', 1);
  const jobs = flags.jobs === undefined ? availableParallelism() : count(flags.jobs, 'jobs', 1);
  const batch = await loadBatch({ config, places, isTogether: flags.together ?? false, parts });
  const bar = progressBar('backtests', flags.json);
  try {
    const rows = await runBatch(batch, {
      jobs,
      ...(flags.workers && { redis: flags.workers }),
      onRun: (done) => bar.update(done / batch.rows.length),
    });
    bar.stop();
    process.stdout.write(flags.json ? `${JSON.stringify(rows)}\n` : await textOf(rows));
  } finally {
    bar.stop();
  }
}

async function textOf(rows: readonly BatchRow[]): Promise<string> {
  const { metricCells } = await import('./search-table.ts');
  const { textTable } = await import('../report/text-table.ts');
  const table = textTable(['strategy', 'pairs', 'period', 'profit', 'drawdown', 'Sharpe', 'trades', 'won'], 3);
  const days = (row: BatchRow) => `${date(row.from)} to ${date(row.to)}`;
  for (const row of rows) {
    const head = [row.strategy, row.pairs.join(' '), days(row)];
    if (row.metrics) table.push([...head, ...metricCells(row.metrics)]);
    else table.push([...head, { colSpan: 5, content: (row.error ?? '').slice(0, 80) }]);
  }
  const lines = [...new Set(rows.map((row) => row.strategy))].map((strategy) => {
    const profits = rows.flatMap((r) => (r.strategy === strategy && r.metrics ? [r.metrics.profit] : []));
    if (profits.length === 0) return `${strategy}: none ran`;
    const mean = profits.reduce((a, b) => a + b, 0) / profits.length;
    const won = profits.filter((p) => p > 0).length / profits.length;
    return `${strategy}: ${profits.length} backtests, mean ${signedPercent(mean)}, worst ${signedPercent(Math.min(...profits))}, best ${signedPercent(Math.max(...profits))}, ${percent(won, 0)} earned`;
  });
  return `${table.toString()}\n\n${lines.join('\n')}\n`;
}
