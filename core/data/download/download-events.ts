import type { SeriesKey } from '../../ports/market-data.ts';
import {
  type DownloadContext,
  type DownloadReport,
  type DownloadRequest,
  eventTable,
  exchangeTime,
  retryOptions,
} from './download-context.ts';
import { withRetries } from './with-retries.ts';

type Row = readonly number[];

interface EventKind {
  readonly limit: number;
  readonly weight: number;
  fetch(since: number, limit: number): Promise<readonly Row[]>;
  store(rows: readonly Row[]): Promise<{ readonly added: number }>;
  /** Whether several rows may share a time, so that a full page's last time may be cut in two. */
  readonly mayShareTime: boolean;
  /** How far an empty page lets us skip, ms. */
  readonly skipMs: number;
}

/** Exchanges answer trades by spans of at most an hour: an empty page says that this hour had none. */
const HOUR = 3_600_000;

/** Funding, open interest and trades: pages one after the other from the last stored row on, stored page by page. */
export async function downloadEvents(context: DownloadContext, request: DownloadRequest): Promise<DownloadReport> {
  const { source, catalogue, signal, onProgress } = context;
  const kind = kindOf(context, request);
  const key: SeriesKey = { exchange: source.exchange, pair: request.pair, type: request.type, timeframe: null };
  const last = await catalogue.latest(key);
  const start =
    last !== null && last >= request.from && last < request.to ? last + (kind.mayShareTime ? 0 : 1) : request.from;
  const end = Math.min(request.to, await exchangeTime(context));
  const total = Math.max(1, end - start);
  let [since, requests, rows, added, isComplete] = [start, 0, 0, 0, false];
  try {
    while (since < end) {
      const what = `${request.pair} ${request.type}`;
      const answer = await withRetries(() => kind.fetch(since, kind.limit), retryOptions(context, kind.weight, what));
      requests++;
      // Whatever order they come in; rows before what was asked for must not send us back there.
      const page = answer.filter((row) => row[0]! >= since).sort((a, b) => a[0]! - b[0]!);
      const { whole, next } = cutPage(page, since, kind);
      const inside = whole.filter((row) => row[0]! < end);
      if (inside.length > 0) added += (await kind.store(inside)).added;
      rows += inside.length;
      since = next;
      onProgress?.(Math.min(total, since - start), total, rows);
    }
    isComplete = true;
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  return { requests, rows, added, isComplete };
}

/**
 * The rows of a page that are certainly complete, and where the next page begins. Where several rows share a time the last time of a
 * page may be cut, so it is asked for again: exchanges cap pages below what was asked for, and a short page proves nothing.
 */
function cutPage(page: readonly Row[], since: number, kind: EventKind) {
  const lastTime = page.at(-1)?.[0];
  if (lastTime === undefined) return { whole: page, next: since + kind.skipMs };
  if (!kind.mayShareTime) return { whole: page, next: lastTime + 1 };
  const whole = page.filter((row) => row[0]! < lastTime);
  // A page of one single time: take it, or we would ask for it for ever.
  return whole.length > 0 ? { whole, next: lastTime } : { whole: page, next: lastTime + 1 };
}

function kindOf({ source, catalogue }: DownloadContext, { pair, type }: DownloadRequest): EventKind {
  const { exchange, costs } = source;
  const common = { mayShareTime: false, skipMs: Number.POSITIVE_INFINITY };
  if (type === 'funding')
    return {
      ...common,
      limit: 1000,
      weight: costs.funding,
      fetch: (since, limit) => source.funding(pair, since, limit),
      store: (rows) => catalogue.writeEvents(exchange, pair, 'funding', eventTable(unique(rows), ['rate'])),
    };
  if (type === 'oi')
    return {
      ...common,
      limit: 500,
      weight: costs.openInterest,
      fetch: (since, limit) => source.openInterest(pair, since, limit),
      store: (rows) => catalogue.writeEvents(exchange, pair, 'oi', eventTable(unique(rows), ['amount', 'value'])),
    };
  return {
    limit: 1000,
    weight: costs.trades,
    mayShareTime: true,
    skipMs: HOUR,
    fetch: (since, limit) => source.trades(pair, since, limit),
    store: (rows) => {
      const { length, time, values } = eventTable(rows, ['price', 'amount', 'side']);
      const { price, amount, side } = values;
      return catalogue.writeTrades(exchange, pair, { length, time, price: price!, amount: amount!, side: side! });
    },
  };
}

function unique(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row, i) => i === 0 || row[0]! > rows[i - 1]![0]!);
}
