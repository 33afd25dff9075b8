import type { SeriesKey } from '../../ports/market-data.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { partitionBounds, partitionOf } from '../catalogue/layout.ts';
import { isUniqueByTime } from '../catalogue/merge.ts';
import { partitionsOf } from '../catalogue/partitions.ts';
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
const DAY = 24 * HOUR;

/** Rows between two writes: each rewrites a day's file of trades. */
const FLUSH_ROWS = 100_000;
/** Time between two writes where rows come slowly: what a killed download loses at most. */
const FLUSH_MS = 15_000;

/**
 * Funding, open interest and trades: pages one after the other from the last stored row on. Asked for more than is stored, it first fetches what
 * lies before the stored rows, from the latest day (of trades) or year on, each of them stored as a whole: wherever it is stopped, what is
 * stored up to its last row has no hole.
 */
export async function downloadEvents(context: DownloadContext, request: DownloadRequest): Promise<DownloadReport> {
  const { source, catalogue, signal } = context;
  const { type, pair, from } = request;
  const kind = kindOf(context, request);
  const key: SeriesKey = { exchange: source.exchange, pair, type, timeframe: null };
  const end = Math.min(request.to, await exchangeTime(context));
  const { first, start } = await missingEvents(catalogue, key, from, end);
  const pages = new EventPages(context, `${pair} ${type}`, kind, Math.max(1, end - start + Math.max(0, first - from)));
  let isComplete = false;
  try {
    for (let before = first; before > from; ) {
      const since = Math.max(from, partitionBounds(type, partitionOf(type, before - 1))![0]);
      // What has no trades for a day, or no payments for a year, was not listed then.
      if (!(await pages.fetchWhole(since, before))) break;
      before = since;
    }
    await pages.fetch(start, end);
    isComplete = true;
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
  return { ...pages.counts, isComplete };
}

/** How far apart rows of one series may be without a hole: payments come every eight hours or more often, open interest every five minutes. */
const WIDEST_STEP_MS = { funding: 8.5 * HOUR, oi: HOUR / 6 };

/** What a download of [from, end) would fetch: the rows before `first`, and those from `start` on. */
export async function missingEvents(
  catalogue: Catalogue,
  key: SeriesKey,
  from: number,
  end: number,
): Promise<{ readonly first: number; readonly start: number }> {
  const last = await catalogue.latest(key);
  if (last === null || last < from || last >= end) return { first: from, start: from };
  return { first: await unbrokenFrom(catalogue, key), start: last + (isUniqueByTime(key.type) ? 1 : 0) };
}

/** Where the stored rows begin that have no hole up to the last one: trades lie in files of days. */
async function unbrokenFrom(catalogue: Catalogue, key: SeriesKey): Promise<number> {
  if (key.type === 'funding' || key.type === 'oi') {
    const time = (await catalogue.columns(key)).columns.time!;
    let i = time.length - 1;
    while (i > 0 && time[i]! - time[i - 1]! <= WIDEST_STEP_MS[key.type]) i--;
    return time[i]!;
  }
  const days = partitionsOf(catalogue.root, key)!.map(({ name }) => partitionBounds(key.type, name)![0]);
  let i = days.length - 1;
  while (i > 0 && days[i]! - days[i - 1]! === DAY) i--;
  return (await catalogue.columns(key, { from: days[i]!, to: days[i]! + DAY })).columns.time![0]!;
}

/** The pages of one download, and what became of their rows. */
class EventPages {
  readonly #context: DownloadContext;
  readonly #what: string;
  readonly #kind: EventKind;
  readonly #total: number;
  #held: Row[] = [];
  #flushedAt: number;
  #passed = 0;
  readonly counts = { requests: 0, rows: 0, added: 0 };

  constructor(context: DownloadContext, what: string, kind: EventKind, total: number) {
    this.#context = context;
    this.#what = what;
    this.#kind = kind;
    this.#total = total;
    this.#flushedAt = context.clock.now();
  }

  /** Fetches the rows of [from, end) and stores them now and then, also those that came before a failure. */
  async fetch(from: number, end: number): Promise<void> {
    try {
      for await (const rows of this.#pages(from, end)) {
        for (const row of rows) this.#held.push(row);
        const isLong = this.#context.clock.now() - this.#flushedAt >= FLUSH_MS;
        if (this.#held.length >= FLUSH_ROWS || isLong) await this.#flush();
      }
    } finally {
      await this.#flush();
    }
  }

  /** Fetches the rows of [from, end) and stores them once all are there. @returns whether there were any */
  async fetchWhole(from: number, end: number): Promise<boolean> {
    const all: Row[] = [];
    for await (const rows of this.#pages(from, end)) for (const row of rows) all.push(row);
    this.#held = all;
    await this.#flush();
    return all.length > 0;
  }

  async *#pages(from: number, end: number): AsyncGenerator<readonly Row[]> {
    const kind = this.#kind;
    const { counts } = this;
    for (let since = from; since < end; ) {
      const options = retryOptions(this.#context, kind.weight, this.#what);
      const at = since;
      const answer = await withRetries(() => kind.fetch(at, kind.limit), options);
      counts.requests++;
      // Whatever order they come in; rows before what was asked for must not send us back there.
      const page = answer.filter((row) => row[0]! >= at).sort((a, b) => a[0]! - b[0]!);
      const { whole, next } = cutPage(page, since, kind);
      const inside = whole.filter((row) => row[0]! < end);
      counts.rows += inside.length;
      this.#passed += Math.min(next, end) - since;
      since = next;
      yield inside;
      this.#context.onProgress?.(this.#passed, this.#total, counts.rows);
    }
  }

  async #flush(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    this.#flushedAt = this.#context.clock.now();
    if (held.length > 0) this.counts.added += (await this.#kind.store(held)).added;
  }
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
