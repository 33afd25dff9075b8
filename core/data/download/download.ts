import { timeframe } from '../../domain/timeframe.ts';
import type { CandleType, SeriesKey } from '../../ports/market-data.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { isCandle } from '../quality/check-rows.ts';
import type { ColumnSet } from '../store/column-set.ts';
import {
  type DownloadContext,
  type DownloadReport,
  type DownloadRequest,
  exchangeTime,
  retryOptions,
} from './download-context.ts';
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
/** Time between two writes where rows come slowly: what a killed download loses at most. */
const FLUSH_MS = 15_000;

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
  const to = Math.min(request.to, frame.openOf(await exchangeTime(context)));
  const stored = await storedTimes(catalogue, key);
  let windows = planWindows(stored, name, request.from, to, source.candleLimit);
  const fetchPage = (since: number, count: number) =>
    withRetries(() => source.candles(request.pair, name, since, count, type), {
      ...retryOptions(context, source.costs.candles(count), `${request.pair} ${name} ${type}`),
    });
  const fetchWindow = async ({ since, count, end }: Window): Promise<readonly CandleRow[]> => {
    const found: CandleRow[] = [];
    for (let [from, left] = [since, count]; from < end; ) {
      const page = await fetchPage(from, left);
      found.push(...page);
      const next = page.reduce((latest, row) => Math.max(latest, frame.closeOf(row[0])), from);
      // Exchanges cap pages below what was asked for: a short one that ends early may go on, until one has nothing new.
      if (next === from || page.length >= left) break;
      left -= Math.round((next - from) / frame.ms);
      from = next;
      left = Math.max(1, left);
    }
    return found;
  };
  let [done, rows, added, faulty] = [0, 0, 0, 0];
  let held: CandleRow[] = [];
  let flushedAt = clock.now();
  const flush = async () => {
    const good = held.filter(([, open, high, low, close, volume]) => isCandle(open, high, low, close, volume));
    faulty += held.length - good.length;
    const set = candleSet(good, to);
    held = [];
    flushedAt = clock.now();
    if (set.length > 0) added += (await catalogue.writeColumns(key, set)).added;
  };
  const notify = () => context.onProgress?.(done, windows.length, rows);
  // Windows that came short of their end, and those of them behind which there was more: an answer may have been cut off.
  let open: Window[] = [];
  const doubtful: Window[] = [];
  const take = async (window: Window, page: readonly CandleRow[]) => {
    const isWhole = page.some(([time]) => frame.closeOf(time) >= window.end);
    if (isWhole) doubtful.push(...open.splice(0));
    else if (rows + page.length > 0) open.push(window);
    for (const row of page) held.push(row);
    rows += page.length;
    done++;
    notify();
    if (held.length >= FLUSH_ROWS || clock.now() - flushedAt >= FLUSH_MS) await flush();
  };
  notify();
  const takeAll = async (wanted: readonly Window[]) => {
    let i = 0;
    for await (const page of orderedPool(wanted, context.width ?? 4, fetchWindow)) await take(wanted[i++]!, page);
  };
  try {
    const [first, ...later] = windows;
    if (first) {
      const page = await fetchWindow(first);
      // Asked for times before its listing, an exchange answers with the first candles there are: no use in asking for what lies between.
      const listed = page.length > 0 ? Math.min(...page.map(([time]) => time)) : Number.NEGATIVE_INFINITY;
      windows = [first, ...later.filter(({ end }) => end > listed)];
      await take(first, page);
    }
    await takeAll(windows.slice(1));
    open = [];
    windows = [...windows, ...doubtful];
    await takeAll(doubtful.slice());
  } catch (error) {
    await flush();
    if (!signal?.aborted) throw error;
  }
  await flush();
  return { requests: done, rows, added, faulty, isComplete: done === windows.length };
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
