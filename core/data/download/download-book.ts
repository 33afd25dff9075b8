import type { BookTable } from '../../domain/candles.ts';
import { type DownloadContext, type DownloadReport, retryOptions } from './download-context.ts';
import { withRetries } from './with-retries.ts';

/** How often and how many times a book is photographed. REST gives no history of books: only the present can be recorded. */
export interface BookRequest {
  readonly pair: string;
  readonly snapshots: number;
  readonly everyMs: number;
}

type Snapshot = Awaited<ReturnType<DownloadContext['source']['book']>>;

/** Records snapshots of a book, each stored as it comes. */
export async function downloadBook(context: DownloadContext, request: BookRequest): Promise<DownloadReport> {
  const { source, catalogue, clock, signal } = context;
  const { pair, snapshots, everyMs } = request;
  let [requests, rows, added] = [0, 0, 0];
  try {
    for (; requests < snapshots; requests++) {
      if (requests > 0) await clock.sleep(everyMs, signal);
      const options = retryOptions(context, source.costs.book, `the book of ${pair}`);
      const table = bookTable(await withRetries(() => source.book(pair), options));
      added += (await catalogue.writeBook(source.exchange, pair, table)).added;
      rows += table.length;
      context.onProgress?.(requests + 1, snapshots, rows);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  return { requests, rows, added, isComplete: requests === snapshots };
}

/** A snapshot as book rows: bids, then asks, best first. */
function bookTable({ time, bids, asks }: Snapshot): BookTable {
  const levels = [...bids.map((level) => [1, ...level] as const), ...asks.map((level) => [-1, ...level] as const)];
  const column = (make: (level: readonly [number, number, number], i: number) => number) =>
    Float64Array.from(levels, (level, i) => make(level, i));
  return {
    length: levels.length,
    time: column(() => time),
    kind: column((_, i) => (i === 0 ? 1 : 2)),
    side: column((level) => level[0]),
    price: column((level) => level[1]),
    amount: column((level) => level[2]),
  };
}
