import type { EventTable } from '../../domain/candles.ts';
import type { DataType } from '../../ports/market-data.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { DownloadClock, DownloadSource } from './source.ts';
import type { WeightLimiter } from './weight-limiter.ts';
import { type RetryOptions, withRetries } from './with-retries.ts';

export interface DownloadRequest {
  readonly pair: string;
  readonly type: Exclude<DataType, 'book' | 'liquidations' | 'depth'>;
  /** For candles and mark. */
  readonly timeframe?: string;
  /** ms UTC; `to` is exclusive. Candles that are not closed yet are left out. */
  readonly from: number;
  readonly to: number;
}

export interface DownloadContext {
  readonly source: DownloadSource;
  readonly catalogue: Catalogue;
  readonly clock: DownloadClock;
  readonly limiter: WeightLimiter;
  /** Requests under way at once. */
  readonly width?: number;
  /** When it aborts, what was fetched is stored and the report says `isComplete: false`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, rows: number) => void;
  readonly onRetry?: RetryOptions['onRetry'];
}

export interface DownloadReport {
  readonly requests: number;
  readonly rows: number;
  readonly added: number;
  /** Rows that cannot be, such as a high below the close, or a price that is missing: left out. */
  readonly faulty?: number;
  readonly isComplete: boolean;
}

/** Options of a request of this download. */
export function retryOptions(context: DownloadContext, weight: number, what: string): RetryOptions {
  const { clock, limiter, signal, onRetry } = context;
  return { clock, limiter, weight, what, signal, onRetry };
}

/** The exchange's time. @throws TidegateError DOWNLOAD_REFUSED, DOWNLOAD_FAILED */
export function exchangeTime(context: DownloadContext): Promise<number> {
  const { source } = context;
  return withRetries(() => source.now(), retryOptions(context, source.costs.markets, 'the time'));
}

/** Stores what the exchange says of pairs. @throws TidegateError DOWNLOAD_REFUSED, DOWNLOAD_FAILED */
export async function downloadSpecs(context: DownloadContext, pairs: readonly string[]): Promise<void> {
  const { source, catalogue } = context;
  const options = retryOptions(context, source.costs.markets, 'the markets');
  await catalogue.writeSpecs(await withRetries(() => source.specs(pairs), options));
}

/** An event table of rows [time, …values]. */
export function eventTable(rows: readonly (readonly number[])[], names: readonly string[]): EventTable {
  const column = (c: number) => Float64Array.from(rows, (row) => row[c]!);
  const values = Object.fromEntries(names.map((name, i) => [name, column(i + 1)]));
  return { length: rows.length, time: column(0), values };
}
