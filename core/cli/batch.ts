import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { date, percent, signedPercent } from '../report/format.ts';
import type { BatchRow } from '../runtime/hyperopt/batch.ts';
import { JSON_OPTION, wholeOf } from './option-values.ts';
import { withBar } from './progress-bar.ts';
import { addRunOptions, configOf, placesOf, type RunFlags } from './run-options.ts';

interface BatchFlags extends RunFlags {
  readonly parts: number;
  readonly together?: boolean;
  readonly jobs?: number;
  readonly workers?: string;
  readonly json?: boolean;
}

/** `tidegate batch` */
export function registerBatch(program: Command): void {
  addRunOptions(
    program.command('batch').description('backtests of every strategy on every pair in every part of the time'),
  )
    .option('--parts <n>', 'equal parts of the period, each a backtest of its own', wholeOf('--parts', 1, 10_000), 1)
    .option('--together', 'all pairs in one account instead of each by itself')
    .option('-j, --jobs <n>', 'threads; by default one per core', wholeOf('--jobs', 1, 1024))
    .option('--workers <url>', 'run on other machines through Redis: redis://host:6379 (see "tidegate worker")')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExample:\n  tidegate batch -s EmaCross,BandReversion -p BTC/USDT,ETH/USDT --timerange 20240101-20250101 --parts 4\n',
    )
    .action(run);
}

async function run(flags: BatchFlags): Promise<void> {
  const config = await configOf(flags);
  const { loadBatch, runBatch } = await import('../runtime/hyperopt/batch.ts');
  const batch = await loadBatch({
    config,
    places: placesOf(flags, config),
    isTogether: flags.together ?? false,
    parts: flags.parts,
  });
  const rows = await withBar('backtests', flags.json, (update) =>
    runBatch(batch, {
      jobs: flags.jobs ?? availableParallelism(),
      ...(flags.workers && { redis: flags.workers }),
      onRun: (done) => update(done / batch.rows.length),
    }),
  );
  process.stdout.write(flags.json ? `${JSON.stringify(rows)}\n` : await textOf(rows));
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
