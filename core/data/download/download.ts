import { timeframe } from '../../domain/timeframe.ts';
import type { CandleType, SeriesKey } from '../../ports/market-data.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ColumnSet } from '../store/column-set.ts';
import { type DownloadContext, type DownloadReport, type DownloadRequest, retryOptions } from './download-context.ts';
import { orderedPool } from './ordered-pool.ts';
import { planWindows, type Window } from './plan-windows.ts';
import type { CandleRow, DownloadClock, DownloadSource } from './source.ts';
import { WeightLimiter } from './weight-limiter.ts';
import { withRetries } from './with-retries.ts';

/** A limiter for a source: share it between downloads from one address. */
export function limiterFor(source: DownloadSource, clock: DownloadClock): WeightLimiter {
  return new WeightLimiter(clock, source.costs.perMinute);
}

/**
 * Fetches what the catalogue lacks of one series and stores it as it comes. Can be stopped and run again at any time: it goes on where
 * the stored rows end and fills their holes.
 * @throws TidegateError DOWNLOAD_REFUSED, DOWNLOAD_FAILED (rows fetched before are stored)
 */
export async function download(context: DownloadContext, request: DownloadRequest): Promise<DownloadReport> {
  if (request.type === 'candles' || request.type === 'mark')
    return downloadCandles(context, request, request.type, request.timeframe!);
  const { downloadEvents } = await import('./download-events.ts');
  return downloadEvents(context, request);
}

/** Rows between two writes: each rewrites a year's file, so not too few. */
const FLUSH_ROWS = 100_000;

async function downloadCandles(
  context: DownloadContext,
  request: DownloadRequest,
  type: CandleType,
  name: string,
): Promise<DownloadReport> {
  const { source, catalogue, clock, signal } = context;
  const key: SeriesKey = { exchange: source.exchange, pair: request.pair, type, timeframe: name };
  const frame = timeframe(name);
  // Only closed candles: the forming one would be final once stored.
  const to = Math.min(request.to, frame.openOf(clock.now()));
  const stored = await storedTimes(catalogue, key);
  let windows = planWindows(stored, name, request.from, to, source.candleLimit);
  const fetchWindow = ({ since, count }: Window) =>
    withRetries(() => source.candles(request.pair, name, since, count, type), {
      ...retryOptions(context, source.costs.candles(count), `${request.pair} ${name} ${type}`),
    });
  let [done, rows, added] = [0, 0, 0];
  let held: CandleRow[] = [];
  const flush = async () => {
    const set = candleSet(held, to);
    held = [];
    if (set.length > 0) added += (await catalogue.writeColumns(key, set)).added;
  };
  const notify = () => context.onProgress?.(done, windows.length, rows);
  const take = async (page: readonly CandleRow[]) => {
    for (const row of page) held.push(row);
    rows += page.length;
    done++;
    notify();
    if (held.length >= FLUSH_ROWS) await flush();
  };
  notify();
  try {
    const [first, ...later] = windows;
    if (first) {
      const page = await fetchWindow(first);
      // Asked for times before its listing, an exchange answers with the first candles there are: no use in asking for what lies between.
      const listed = page[0]?.[0] ?? Number.NEGATIVE_INFINITY;
      windows = [first, ...later.filter(({ since, count }) => since + count * frame.ms > listed)];
      await take(page);
    }
    for await (const page of orderedPool(windows.slice(1), context.width ?? 4, fetchWindow)) await take(page);
  } catch (error) {
    await flush();
    if (!signal?.aborted) throw error;
  }
  await flush();
  return { requests: done, rows, added, isComplete: done === windows.length };
}

async function storedTimes(catalogue: Catalogue, key: SeriesKey): Promise<Float64Array> {
  if ((await catalogue.latest(key)) === null) return new Float64Array(0);
  return (await catalogue.columns(key)).columns.time!;
}

/** Pages as columns: sorted, without doubles (exchanges repeat rows at page ends), only rows before `to`. */
function candleSet(rows: readonly CandleRow[], to: number): ColumnSet {
  const byTime = new Map(rows.map((row) => [row[0], row]));
  const sorted = [...byTime.values()].filter((row) => row[0] < to).sort((a, b) => a[0] - b[0]);
  const column = (c: number) => Float64Array.from(sorted, (row) => row[c] ?? Number.NaN);
  const [time, open, high, low, close, volume] = [0, 1, 2, 3, 4, 5].map(column);
  const columns = { time: time!, open: open!, high: high!, low: low!, close: close!, volume: volume! };
  return { length: sorted.length, columns };
}
