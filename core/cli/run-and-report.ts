import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { jsonPieces } from '../foundation/json-pieces.ts';
import type { RunSummary } from '../metrics/run-summary.ts';
import { summarize } from '../metrics/summarize.ts';
import { type ResultDocument, resultDocument } from '../report/result-document.ts';
import type { LearnedData } from '../report/sections/learned.ts';
import { type BacktestRun, backtest } from '../runtime/backtest.ts';
import type { BacktestOptions } from '../runtime/backtest-options.ts';
import { featureTrails } from '../runtime/learning/feature-trails.ts';
import type { AloneRun } from './each-alone.ts';
import { progressBar } from './progress-bar.ts';
import type { DataOrigin } from './stored-run.ts';

export interface ReportOptions {
  readonly userdir: string;
  /** Folder for the page and files; absent: the result's own folder. */
  readonly out?: string;
  readonly json: boolean;
  readonly report: boolean;
  /** Each of several strategies is run by itself as well. */
  readonly alone?: boolean;
  readonly keep: boolean;
  /** What the run was made from, so that a kept result can be run again. */
  readonly origin?: { readonly config: Config; readonly data: DataOrigin };
}

/** What is needed once a run is over. */
const LATE = {
  table: () => import('../report/render-table.ts'),
  store: () => import('../persistence/write-result.ts'),
  origin: () => import('./stored-run.ts'),
  trades: () => import('../report/csv.ts'),
  page: () => import('../report/render-report.ts'),
};

/** Loads it before the run is over. */
export async function loadLate(): Promise<void> {
  await Promise.all(Object.values(LATE).map((load) => load()));
}

/** Runs a backtest with a progress bar, prints its table (or JSON), keeps the result and writes its page. */
export async function runAndReport(options: BacktestOptions, wanted: ReportOptions): Promise<BacktestRun> {
  // A folder that cannot be made is told before the run, not after it.
  if (wanted.out) mkdirSync(wanted.out, { recursive: true });
  const run = await runWithBar(options, 'backtest', wanted.json);
  const alone = await aloneOf(options, wanted);
  const summary = { ...summarize(run.result), ...(alone.length > 0 && { alone: alone.map((one) => one.summary) }) };
  const document = resultDocument(run.result, summary, run.notes);
  if (wanted.json) printJson(document);
  else {
    const { renderTable } = await LATE.table();
    process.stdout.write(`${renderTable(summary, { useColor: process.stdout.isTTY })}\n`);
    for (const note of run.notes) process.stdout.write(`note: ${note}\n`);
  }
  const kept = wanted.keep ? await keepResult(document, wanted) : undefined;
  const folder = wanted.out ?? kept;
  if (!folder) return run;
  mkdirSync(folder, { recursive: true });
  if (folder !== kept) await writeDocument(folder, document, kept);
  const page = await writeFiles(folder, run, summary, wanted.report ? alone : null);
  if (page && !wanted.json) process.stdout.write(`report ${page}\n`);
  return run;
}

async function aloneOf(options: BacktestOptions, wanted: ReportOptions): Promise<readonly AloneRun[]> {
  if (!wanted.alone || options.strategies.length === 1) return [];
  const { eachAlone } = await import('./each-alone.ts');
  return eachAlone(options, (own, name) => runWithBar(own, name, wanted.json));
}

/** Runs a backtest with a progress bar on a terminal; Ctrl-C stops it between candles. */
export async function runWithBar(options: BacktestOptions, name: string, isQuiet: boolean): Promise<BacktestRun> {
  const bar = progressBar(name, isQuiet);
  let isStopped = false;
  const onInterrupt = () => {
    isStopped = true;
  };
  process.once('SIGINT', onInterrupt);
  try {
    return await backtest({
      ...options,
      leavesOut: true,
      onProgress: (done) => {
        bar.update(done);
        return !isStopped;
      },
    });
  } finally {
    bar.stop();
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** Keeps a result among the user's, with what is needed to run it again. Returns its folder. */
export async function keepResult(
  document: ResultDocument,
  wanted: Pick<ReportOptions, 'userdir' | 'origin'>,
): Promise<string> {
  const { noteResult, writeResult } = await LATE.store();
  const { STORED_RUN, storedRun } = await LATE.origin();
  const { origin, userdir } = wanted;
  const files = origin ? { [STORED_RUN]: storedRun(origin.config, origin.data, userdir) } : {};
  const results = join(userdir, 'results');
  const entry = writeResult(results, document, new Date(), files);
  noteResult(results, entry);
  return join(results, entry.id);
}

/** Prints a document that may be too long for one text. */
export function printJson(document: object): void {
  for (const piece of jsonPieces(document)) process.stdout.write(piece);
  process.stdout.write('\n');
}

/** Writes a document into a folder, from where it is kept if it is. */
export async function writeDocument(folder: string, document: object, kept: string | undefined): Promise<void> {
  const { copyDocument, DOCUMENT } = await LATE.store();
  const path = join(folder, DOCUMENT);
  if (kept) copyDocument(kept, path);
  else writeParts(path, jsonPieces(document));
}

/** What a run learned, for its page; nothing where it learned nothing. */
function learnedOf({ learning, ribbons }: BacktestRun): { readonly learned?: LearnedData } {
  if (learning.length === 0 && ribbons.length === 0) return {};
  const blocks = learning.map(({ block, pair, trainings, scores }) => {
    const failed = trainings.filter((t) => t.failure !== undefined).length;
    const { moved, accuracy, upShare, auc, byConfidence } = scores;
    const afterDrift = trainings.filter((t) => t.cause !== undefined).length;
    const own = { trainings: trainings.length - failed, failed, afterDrift };
    return { block, pair, ...own, moved, hitRate: accuracy, upShare, auc, byConfidence };
  });
  return { learned: { blocks, ribbons, features: featureTrails(learning) } };
}

/** Writes trades and, unless `alone` is null, the page into a folder; returns the page's path where there is one. */
async function writeFiles(
  folder: string,
  run: BacktestRun,
  summary: RunSummary,
  alone: readonly AloneRun[] | null,
): Promise<string | undefined> {
  const { tradesCsvParts } = await LATE.trades();
  writeParts(join(folder, 'trades.csv'), tradesCsvParts(run.result.trades));
  if (alone === null) return undefined;
  const { reportParts } = await LATE.page();
  const page = join(folder, 'report.html');
  const curves = alone.map(({ summary: { strategy }, equity }) => ({ strategy, equity }));
  writeParts(page, reportParts(run.result, summary, { assumptions: run.notes, alone: curves, ...learnedOf(run) }));
  return resolve(page);
}

function writeParts(path: string, parts: Iterable<string>): void {
  const file = openSync(path, 'w');
  try {
    for (const part of parts) writeFileSync(file, part);
  } catch (error) {
    // Half a page is worse than none.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}
