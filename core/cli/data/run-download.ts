import { SingleBar } from 'cli-progress';
import { openCatalogue } from '../../data/catalogue/catalogue.ts';
import { download, limiterFor } from '../../data/download/download.ts';
import { downloadBook } from '../../data/download/download-book.ts';
import {
  type DownloadContext,
  type DownloadReport,
  downloadSpecs,
  exchangeTime,
} from '../../data/download/download-context.ts';
import { openSource, wallClock } from '../../data/download/open-source.ts';
import { dataFolder } from '../run-options.ts';
import { refuseTypes, requestsOf, type SeriesRequest } from './download-requests.ts';
import type { DownloadCommand } from './register-download.ts';

/** Runs `tidegate download`: one series after the other, each with a progress bar; Ctrl-C ends it with all fetched rows stored. */
export async function runDownload(options: DownloadCommand): Promise<void> {
  refuseTypes(options.type);
  const folder = dataFolder(options);
  const catalogue = await openCatalogue(folder);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  let isComplete = true;
  try {
    for (const isPerpetual of [...new Set(options.pairs.map((pair) => pair.includes(':')))]) {
      const { exchange, url } = options;
      const source = await openSource({ exchange, isPerpetual, ...(url && { baseUrl: url }) });
      const common = {
        source,
        catalogue,
        clock: wallClock,
        limiter: limiterFor(source, wallClock),
        signal: stop.signal,
      };
      try {
        const pairs = options.pairs.filter((pair) => pair.includes(':') === isPerpetual);
        await withBar('markets', (bar) => downloadSpecs({ ...common, ...bar }, pairs));
        const now = await withBar('time', (bar) => exchangeTime({ ...common, ...bar }));
        for (const { name, request } of requestsOf(options, pairs, now)) {
          if (stop.signal.aborted) break;
          const report = await withBar(name, (bar) => fetchSeries({ ...common, ...bar }, request));
          isComplete &&= report.isComplete;
          const faulty = report.faulty ? `, ${report.faulty} impossible ones left out` : '';
          process.stdout.write(
            `${name}: ${report.rows} rows fetched, ${report.added} new${faulty}${report.isComplete ? '' : ' (stopped)'}\n`,
          );
        }
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      } finally {
        await source.close();
      }
    }
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  const isStopped = stop.signal.aborted || !isComplete;
  process.stdout.write(
    isStopped
      ? `Stopped. What was fetched is stored in ${folder}; run the same command to go on.\n`
      : `Stored in ${folder}\n`,
  );
  if (isStopped) process.exitCode = 130;
}

function fetchSeries(context: DownloadContext, request: SeriesRequest): Promise<DownloadReport> {
  return request.type === 'book' ? downloadBook(context, request) : download(context, request);
}

type BarHooks = Required<Pick<DownloadContext, 'onProgress'>> & Pick<DownloadContext, 'onRetry'>;

/** A bar on a terminal; elsewhere only retries are told. */
async function withBar<T>(name: string, work: (hooks: BarHooks) => Promise<T>): Promise<T> {
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: `${name} {bar} {percentage}% | {rows} rows | {eta_formatted} left`,
        stream: process.stderr,
      })
    : null;
  let isStarted = false;
  try {
    return await work({
      onProgress(done, total, rows) {
        if (!isStarted) bar?.start(Math.max(1, total), 0, { rows: 0 });
        isStarted = true;
        bar?.setTotal(Math.max(1, total));
        bar?.update(done, { rows });
      },
      onRetry: (attempt, waitMs, reason) =>
        void process.stderr.write(`\n${name}: ${reason}; attempt ${attempt + 1} in ${Math.ceil(waitMs / 1000)} s\n`),
    });
  } finally {
    bar?.stop();
  }
}
