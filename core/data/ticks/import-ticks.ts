import { basename } from 'node:path';
import { type BookEvents, type LotGrid, validateEvents } from '../../book/book-events.ts';
import { importAggTrades, importArchiveTrades, importBookTicker } from '../../book/import/binance-archive.ts';
import { importCapture } from '../../book/import/capture.ts';
import { columnName, headOf } from '../../book/import/csv.ts';
import { importHftbacktest } from '../../book/import/hftbacktest.ts';
import { importTardis } from '../../book/import/tardis.ts';
import { importVenueBook } from '../../book/import/venue-books.ts';
import { importVenueTrades } from '../../book/import/venue-trades.ts';
import { orderEvents } from '../../book/order-events.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { type BookHealth, bookHealth } from './book-health.ts';
import { byDay, rebased } from './tick-columns.ts';
import { type TickKey, writeTickDay } from './tick-store.ts';

export type TickFormat =
  | 'hftbacktest'
  | 'capture'
  | 'tardis'
  | 'binance-aggTrades'
  | 'binance-trades'
  | 'binance-bookTicker'
  | 'bybit-trades'
  | 'okx-trades'
  | 'bybit-book'
  | 'okx-book';

/** A file that was read already. */
export interface TickFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface TickImportOptions extends TickKey {
  readonly grid: LotGrid;
  /** Least feed latency that receive times are shifted to when they run ahead of the exchange's clock, ns. */
  readonly leastLatencyNs?: number;
  /** Base units of one unit of size in Bybit's and OKX's dumps; 1 unless given (OKX's swaps are counted in contracts). */
  readonly contractSize?: number;
}

/** What came of an import before it was stored. */
export interface ImportedTicks {
  readonly events: BookEvents;
  readonly formats: readonly TickFormat[];
  /** Receive times were shifted by so much, ns; 0: the clocks agreed. */
  readonly clockShiftNs: number;
  /** Rows that were received before the row above them, as their files say: put in order by time. */
  readonly rowsBack: number;
  readonly health: BookHealth;
}

const KNOWN =
  'hftbacktest .npz, a capture (exch_ns, local_ns, …), Tardis CSV, Binance aggTrades, trades, bookTicker, bookDepth and metrics, Bybit and OKX trades and books';

/**
 * Which format a file is of, by its first bytes, header and name.
 * @throws TidegateError TICKS_FILE_UNKNOWN naming the header, TICKS_EMPTY
 */
export function tickFormat({ name, bytes }: TickFile): TickFormat {
  const file = basename(name);
  if (/\.np[zy]$/.test(file) || (bytes[0] === 0x93 && bytes[1] === 0x4e)) return 'hftbacktest';
  const header = firstLine(bytes, name);
  if (header === '')
    throw new TidegateError('TICKS_EMPTY', `${file} is empty`, {
      where: name,
      remedy: 'Leave it out; some vendors give empty files for days on which nothing happened.',
    });
  const names = header.split(',').map(columnName);
  const has = (...columns: readonly string[]) => columns.every((column) => names.includes(column));
  if (has('exch_ns', 'local_ns')) return 'capture';
  if (has('timestamp', 'local_timestamp')) return 'tardis';
  // What the columns say goes before what the name does.
  if (has('trade_id', 'side', 'size', 'created_time')) return 'okx-trades';
  if (has('trdMatchID') || has('tickDirection') || has('timestamp', 'price', 'volume', 'side')) return 'bybit-trades';
  if (has('agg_trade_id') || /aggTrades/i.test(file)) return 'binance-aggTrades';
  if (has('best_bid_price') || /bookTicker/i.test(file)) return 'binance-bookTicker';
  if (has('is_buyer_maker') || /-trades-/.test(file)) return 'binance-trades';
  if (/^\{\s*"topic"\s*:\s*"orderbook/.test(header)) return 'bybit-book';
  if (/L2orderbook/i.test(file) || (header.startsWith('{') && header.includes('"action"'))) return 'okx-book';
  throw new TidegateError(
    'TICKS_FILE_UNKNOWN',
    `${file} is of no known format; it begins with "${header.slice(0, 80)}"`,
    {
      where: name,
      remedy: `Known are ${KNOWN}.`,
    },
  );
}

/**
 * Reads files of one instrument and merges them into one checked stream.
 * @throws TidegateError those of the formats, TICKS_EMPTY, BOOK_EVENT_INVALID, TICKS_CROSSED when the book is crossed for most of the time
 */
export function mergeTickFiles(files: readonly TickFile[], options: TickImportOptions): ImportedTicks {
  const formats = files.map(tickFormat);
  const read = files.map((file, i) => ({ name: file.name, events: readOne(file, formats[i]!, options) }));
  const filled = read.filter(({ events }) => events.length > 0);
  if (filled.length === 0)
    throw new TidegateError('TICKS_EMPTY', 'the files hold no events', { where: files.map((f) => f.name).join(', ') });
  const originMs = Math.min(...filled.map(({ events }) => events.originMs));
  const sources = filled.map(({ name, events }) => ({ name, events: rebased(events, originMs) }));
  const clockShiftNs = alignTogether(
    sources.map(({ events }) => events),
    options.leastLatencyNs ?? 1_000_000,
  );
  // Files that are in order for both readers already must keep their rows as they are.
  const isReady = sources.length === 1 && formats.includes('hftbacktest');
  const events = isReady ? sources[0]!.events : orderEvents(sources);
  const where = files.map((f) => basename(f.name)).join(' + ');
  validateEvents(events, where);
  const health = bookHealth(events);
  if (health.crossedShare > 0.5)
    throw new TidegateError(
      'TICKS_CROSSED',
      `the book is crossed ${(100 * health.crossedShare).toFixed(0)} % of the time`,
      {
        where,
        remedy: 'The sides may be swapped, or a snapshot is missing: nothing was stored.',
      },
    );
  return { events, formats, clockShiftNs, rowsBack: rowsBack(sources.map((source) => source.events)), health };
}

/** Stores a merged stream by day. */
export async function storeTicks(
  root: string,
  ticks: ImportedTicks,
  options: TickImportOptions & { readonly overwrite?: boolean },
): Promise<readonly { readonly day: string; readonly rows: number; readonly outcome: string }[]> {
  const stored = [];
  for (const { day, events } of byDay(ticks.events)) {
    const outcome = await writeTickDay(root, options, day, events, options.grid, {
      overwrite: options.overwrite ?? false,
    });
    stored.push({ day, rows: events.length, outcome });
  }
  return stored;
}

/** Shifts all sources by one constant where a receive time lies before its exchange time. */
function alignTogether(sources: readonly BookEvents[], leastNs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { length, localTime, exchangeTime } of sources)
    for (let i = 0; i < length; i++) least = Math.min(least, localTime[i]! - exchangeTime[i]!);
  if (least >= 0) return 0;
  const shift = leastNs - least;
  for (const events of sources) for (let i = 0; i < events.length; i++) events.localTime[i]! += shift;
  return shift;
}

function rowsBack(sources: readonly BookEvents[]): number {
  let count = 0;
  for (const { length, localTime } of sources)
    for (let i = 1; i < length; i++) if (localTime[i]! < localTime[i - 1]!) count++;
  return count;
}

function readOne({ name, bytes }: TickFile, format: TickFormat, given: TickImportOptions): BookEvents {
  const { grid, contractSize } = given;
  const options = { grid, where: name, ...(contractSize !== undefined && { contractSize }) };
  switch (format) {
    case 'hftbacktest':
      return importHftbacktest(bytes, grid, name);
    case 'capture':
      return importCapture(bytes, options);
    case 'tardis':
      return importTardis(bytes, options);
    case 'binance-aggTrades':
      return importAggTrades(bytes, options);
    case 'binance-trades':
      return importArchiveTrades(bytes, options);
    case 'binance-bookTicker':
      return importBookTicker(bytes, options);
    case 'bybit-trades':
    case 'okx-trades':
      return importVenueTrades(bytes, format === 'bybit-trades' ? 'bybit' : 'okx', options);
    case 'bybit-book':
    case 'okx-book':
      return importVenueBook(bytes, format === 'bybit-book' ? 'bybit' : 'okx', options);
  }
}

function firstLine(bytes: Uint8Array, name: string): string {
  const text = headOf(bytes, name);
  const end = text.indexOf('\n');
  return (end < 0 ? text.slice(0, 400) : text.slice(0, end)).trim();
}
