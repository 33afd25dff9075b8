import { basename } from 'node:path';
import { type BookEvents, EVENT, type LotGrid, SEE, validateEvents } from '../../book/book-events.ts';
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
import { checkSymbols, type TickFile } from './file-symbol.ts';
import { byDay, rebased } from './tick-columns.ts';
import { inSequence, mendReceipts, refuseOverlaps, withOpenings } from './tick-sources.ts';
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

export interface TickImportOptions extends TickKey {
  readonly grid: LotGrid;
  /** Base units of one unit of size in Bybit's and OKX's dumps; 1 unless given (OKX's swaps are counted in contracts). */
  readonly contractSize?: number;
  /** What the files call the instrument: only its rows are read, and the name is not held against the pair's. */
  readonly symbol?: string;
}

/** What came of an import before it was stored. */
export interface ImportedTicks {
  readonly events: BookEvents;
  /** The files that were read, and of which format each is. */
  readonly names: readonly string[];
  readonly formats: readonly TickFormat[];
  /** Receive times were shifted by so much, ns; 0: the clocks agreed. */
  readonly clockShiftNs: number;
  /** Rows that were received before the row above them, as their files say: put in order by time. */
  readonly rowsBack: number;
  /** What else was mended, left out or is odd, a sentence each. */
  readonly notes: readonly string[];
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
 * @throws TidegateError those of the formats, TICKS_EMPTY, TICKS_SYMBOL, TICKS_OVERLAP, TICKS_SNAPSHOT_ALONE, BOOK_EVENT, TICKS_CROSSED when the
 * book is crossed for most of the time
 */
export function mergeTickFiles(given: readonly TickFile[], options: TickImportOptions): ImportedTicks {
  const notes: string[] = [];
  const files = given.filter((file, i) => {
    const twin = given.slice(0, i).find(({ bytes }) => Buffer.compare(bytes, file.bytes) === 0);
    if (twin) notes.push(`${basename(file.name)} holds what ${basename(twin.name)} does: read once`);
    return !twin;
  });
  const formats = files.map(tickFormat);
  checkSymbols(files, options.pair, options.symbol);
  const read = files.map((file, i) => ({ name: file.name, events: readOne(file, formats[i]!, options, notes) }));
  const filled = withOpenings(read.filter(({ events }) => events.length > 0));
  if (filled.length === 0)
    throw new TidegateError('TICKS_EMPTY', 'the files hold no events', {
      where: files.map((f) => f.name).join(', '),
      remedy: 'Give files with rows of trades or books.',
    });
  const originMs = Math.min(...filled.map(({ events }) => events.originMs));
  const sources = filled.map(({ name, events }) => ({ name, events: rebased(events, originMs) }));
  refuseOverlaps(sources);
  for (const { name, events } of sources) {
    const mended = mendReceipts(events);
    if (mended > 0)
      notes.push(
        `${basename(name)}: ${mended} of ${events.length} rows were received far before they happened: taken with the row before`,
      );
  }
  const clockShiftNs = alignReceiveClocks(sources.map(({ events }) => events));
  // Files that are in order for both readers already must keep their rows as they are.
  const ready = formats.every((format) => format === 'hftbacktest') ? inSequence(sources) : null;
  const events = ready ?? orderEvents(sources);
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
  if (health.snapshots === 0 && events.kind.includes(EVENT.depth))
    notes.push('no snapshot: levels that have not changed yet are missing from the book');
  return {
    events,
    names: files.map(({ name }) => name),
    formats,
    clockShiftNs,
    rowsBack: rowsBack(sources.map((source) => source.events)),
    notes,
    health,
  };
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

/** Least feed latency that receive times are shifted to when they run ahead of the exchange's clock, ns. */
const LEAST_LATENCY_NS = 1_000_000;

/**
 * Shifts the receive times of all sources by one constant where one lies before its exchange time: two machines' clocks never agree, and that is a clock
 * error, not a fast line. Returns the shift in ns.
 */
function alignReceiveClocks(sources: readonly BookEvents[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { length, localTime, exchangeTime } of sources)
    for (let i = 0; i < length; i++) least = Math.min(least, localTime[i]! - exchangeTime[i]!);
  if (least >= 0) return 0;
  const shift = LEAST_LATENCY_NS - least;
  for (const events of sources) for (let i = 0; i < events.length; i++) events.localTime[i]! += shift;
  return shift;
}

function rowsBack(sources: readonly BookEvents[]): number {
  let count = 0;
  for (const { length, see, kind, localTime } of sources) {
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < length; i++) {
      // Funding is told with the row that shows it was paid.
      if ((see[i]! & SEE.local) === 0 || kind[i] === EVENT.funding) continue;
      if (localTime[i]! < last) count++;
      last = localTime[i]!;
    }
  }
  return count;
}

function readOne(
  { name, bytes }: TickFile,
  format: TickFormat,
  { grid, contractSize, symbol }: TickImportOptions,
  notes: string[],
): BookEvents {
  const options = {
    grid,
    where: name,
    onNote: (text: string) => notes.push(`${basename(name)}: ${text}`),
    ...(contractSize !== undefined && { contractSize }),
    ...(symbol !== undefined && { symbol }),
  };
  switch (format) {
    case 'hftbacktest':
      return importHftbacktest(bytes, options);
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
