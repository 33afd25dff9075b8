import { type Timeframe, timeframe } from '../../domain/timeframe.ts';
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

/** A download of one series of candles: its windows are fetched, what came is held, and written now and then. */
class CandleDownload {
  readonly #context: DownloadContext;
  readonly #key: SeriesKey;
  readonly #frame: Timeframe;
  /** Opening time of the forming candle, or the end that was asked for: nothing from there on is stored. */
  readonly #to: number;
  #windows: readonly Window[];
  #done = 0;
  #rows = 0;
  #added = 0;
  #faulty = 0;
  #held: CandleRow[] = [];
  #flushedAt: number;
  /** Windows that came short of their end. */
  #open: Window[] = [];
  /** Those of them behind which there was more: an answer may have been cut off. */
  readonly #doubtful: Window[] = [];

  constructor(context: DownloadContext, key: SeriesKey, to: number, windows: readonly Window[]) {
    this.#context = context;
    this.#key = key;
    this.#frame = timeframe(key.timeframe!);
    this.#to = to;
    this.#windows = windows;
    this.#flushedAt = context.clock.now();
  }

  async run(): Promise<DownloadReport> {
    this.#notify();
    try {
      await this.#takeFirst();
      await this.#takeAll(this.#windows.slice(1));
      this.#open = [];
      this.#windows = [...this.#windows, ...this.#doubtful];
      await this.#takeAll(this.#doubtful.slice());
    } catch (error) {
      await this.#flush();
      if (!this.#context.signal?.aborted) throw error;
    }
    await this.#flush();
    const isComplete = this.#done === this.#windows.length;
    return { requests: this.#done, rows: this.#rows, added: this.#added, faulty: this.#faulty, isComplete };
  }

  /** Asked for times before its listing, an exchange answers with the first candles there are: no use in asking for what lies between. */
  async #takeFirst(): Promise<void> {
    const [first, ...later] = this.#windows;
    if (!first) return;
    const rows = await this.#fetchWindow(first);
    const listed = rows.length > 0 ? Math.min(...rows.map(([time]) => time)) : Number.NEGATIVE_INFINITY;
    this.#windows = [first, ...later.filter(({ end }) => end > listed)];
    await this.#take(first, rows);
  }

  async #takeAll(wanted: readonly Window[]): Promise<void> {
    let i = 0;
    const pool = orderedPool(wanted, this.#context.width ?? 4, (window) => this.#fetchWindow(window));
    for await (const rows of pool) await this.#take(wanted[i++]!, rows);
  }

  /** Exchanges cap pages below what was asked for: a short one that ends early may go on, until one has nothing new. */
  async #fetchWindow({ since, count, end }: Window): Promise<readonly CandleRow[]> {
    const found: CandleRow[] = [];
    for (let [from, left] = [since, count]; from < end; ) {
      const page = await this.#fetchPage(from, left);
      found.push(...page);
      const next = page.reduce((latest, row) => Math.max(latest, this.#frame.closeOf(row[0])), from);
      if (next === from || page.length >= left) break;
      left = Math.max(1, left - Math.round((next - from) / this.#frame.ms));
      from = next;
    }
    return found;
  }

  #fetchPage(since: number, count: number): Promise<readonly CandleRow[]> {
    const { source } = this.#context;
    const { pair, timeframe: name, type } = this.#key;
    return withRetries(() => source.candles(pair, name!, since, count, type as CandleType), {
      ...retryOptions(this.#context, source.costs.candles(count), `${pair} ${name} ${type}`),
    });
  }

  async #take(window: Window, rows: readonly CandleRow[]): Promise<void> {
    const isWhole = rows.some(([time]) => this.#frame.closeOf(time) >= window.end);
    if (isWhole) this.#doubtful.push(...this.#open.splice(0));
    else if (this.#rows + rows.length > 0) this.#open.push(window);
    for (const row of rows) this.#held.push(row);
    this.#rows += rows.length;
    this.#done++;
    this.#notify();
    const isLong = this.#context.clock.now() - this.#flushedAt >= FLUSH_MS;
    if (this.#held.length >= FLUSH_ROWS || isLong) await this.#flush();
  }

  async #flush(): Promise<void> {
    const held = this.#held;
    const good = held.filter(([, open, high, low, close, volume]) => isCandle(open, high, low, close, volume));
    this.#faulty += held.length - good.length;
    const set = candleSet(good, this.#to);
    this.#held = [];
    this.#flushedAt = this.#context.clock.now();
    if (set.length > 0) this.#added += (await this.#context.catalogue.writeColumns(this.#key, set)).added;
  }

  #notify(): void {
    this.#context.onProgress?.(this.#done, this.#windows.length, this.#rows);
  }
}

async function downloadCandles(
  context: DownloadContext,
  request: DownloadRequest,
  type: CandleType,
  name: string,
): Promise<DownloadReport> {
  const { source, catalogue } = context;
  const key: SeriesKey = { exchange: source.exchange, pair: request.pair, type, timeframe: name };
  // Only closed candles: the forming one would be final once stored.
  const to = Math.min(request.to, timeframe(name).openOf(await exchangeTime(context)));
  const stored = await storedTimes(catalogue, key);
  const windows = planWindows(stored, name, request.from, to, source.candleLimit);
  return new CandleDownload(context, key, to, windows).run();
}

/** Opening times of the candles that are stored. */
export async function storedTimes(catalogue: Catalogue, key: SeriesKey): Promise<Float64Array> {
  if ((await catalogue.latest(key)) === null) return new Float64Array(0);
  return (await catalogue.columns(key)).columns.time!;
}

/** Pages as columns: sorted, without doubles (exchanges repeat rows at page ends), only rows before `to`. */
function candleSet(rows: readonly CandleRow[], to: number): ColumnSet {
  const byTime = new Map(rows.map((row) => [row[0], row]));
  const sorted = [...byTime.values()].filter((row) => row[0] < to).sort((a, b) => a[0] - b[0]);
  const column = (c: number) => {
    const out = new Float64Array(sorted.length);
    for (let i = 0; i < out.length; i++) out[i] = sorted[i]![c] ?? Number.NaN;
    return out;
  };
  const [time, open, high, low, close, volume] = [0, 1, 2, 3, 4, 5].map(column);
  const columns = { time: time!, open: open!, high: high!, low: low!, close: close!, volume: volume! };
  return { length: sorted.length, columns };
}
