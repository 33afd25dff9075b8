import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { summarize } from '../metrics/summarize.ts';
import { resultDocument } from '../report/result-document.ts';
import { backtest } from '../runtime/backtest.ts';
import type { BacktestOptions } from '../runtime/backtest-options.ts';
import { progressBar } from './progress-bar.ts';

export interface ReportOptions {
  readonly userdir: string;
  /** Folder for the page and files; absent: the result's own folder. */
  readonly out?: string;
  readonly json: boolean;
  readonly report: boolean;
  readonly keep: boolean;
}

/** Runs a backtest with a progress bar, prints its table (or JSON), keeps the result and writes its page. Returns the page's path. */
export async function runAndReport(options: BacktestOptions, wanted: ReportOptions): Promise<string | undefined> {
  const bar = progressBar('backtest', wanted.json);
  let stopped = false;
  const onInterrupt = () => {
    stopped = true;
  };
  process.once('SIGINT', onInterrupt);
  try {
    const run = await backtest({
      ...options,
      onProgress: (done) => {
        bar.update(done);
        return !stopped;
      },
    }).finally(() => bar.stop());
    const summary = summarize(run.result);
    const document = resultDocument(run.result, summary, run.notes);
    if (wanted.json) process.stdout.write(`${JSON.stringify(document)}\n`);
    else {
      const { renderTable } = await import('../report/render-table.ts');
      process.stdout.write(`${renderTable(summary, { useColor: process.stdout.isTTY })}\n`);
      for (const note of run.notes) process.stdout.write(`note: ${note}\n`);
    }
    const folder = await keepResult(document, wanted);
    if (!folder) return undefined;
    writeFileSync(join(folder, 'result.json'), JSON.stringify(document));
    const { tradesCsv } = await import('../report/csv.ts');
    writeFileSync(join(folder, 'trades.csv'), tradesCsv(run.result.trades));
    if (!wanted.report) return undefined;
    const { renderReport } = await import('../report/render-report.ts');
    const page = join(folder, 'report.html');
    writeFileSync(page, renderReport(run.result, summary, { assumptions: run.notes }));
    if (!wanted.json) process.stdout.write(`report ${resolve(page)}\n`);
    return page;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

async function keepResult(
  document: ReturnType<typeof resultDocument>,
  wanted: ReportOptions,
): Promise<string | undefined> {
  if (wanted.out) mkdirSync(wanted.out, { recursive: true });
  if (!wanted.keep) return wanted.out;
  const { ResultStore } = await import('../persistence/result-store.ts');
  const store = ResultStore.open(join(wanted.userdir, 'results'));
  try {
    const folder = store.keep(document, new Date());
    return wanted.out ?? folder;
  } finally {
    store.close();
  }
}
