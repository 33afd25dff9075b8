import { type BookEvents, EVENT, EventBuilder, SEE, toUnits } from '../book-events.ts';
import type { ArchiveOptions } from './binance-archive.ts';
import { msOf, numberIn, readCsv, ticksIn, timeSince } from './csv.ts';
import { importError } from './import-error.ts';

/** Column names of the public trade dumps of two venues. Bybit's times are seconds with a fraction, on spot ms, and its sizes there are volumes. */
const COLUMNS = {
  bybit: { time: 'timestamp', price: 'price', size: ['size', 'volume'] },
  okx: { time: 'created_time', price: 'price', size: ['size'] },
} as const;

/** What dumps of venues give beyond the usual: sizes of OKX's swaps are contracts. */
export interface VenueOptions extends ArchiveOptions {
  /** Base units of one unit of size; 1 unless given. */
  readonly contractSize?: number;
}

/**
 * Reads public trade dumps of Bybit (public.bybit.com/trading and /spot) and OKX; `side` is the taker's in both. Receive times are made up from a
 * constant feed latency. Bybit lists newest first in some years: rows are put in order of time.
 * @throws TidegateError BOOK_IMPORT_INVALID naming file, line and field
 */
export function importVenueTrades(bytes: Uint8Array, venue: 'bybit' | 'okx', options: VenueOptions): BookEvents {
  const where = options.where ?? `${venue} trades`;
  const csv = readCsv(bytes, where);
  const names = COLUMNS[venue];
  const [time, price, size, side] = [
    csv.column(names.time),
    csv.column(names.price),
    csv.column(names.size.find((name) => csv.has(name)) ?? names.size[0]),
    csv.column('side'),
  ];
  const latency = options.feedLatencyNs ?? 1_000_000;
  const rows: (readonly [time: string, side: 1 | -1, ticks: number, lots: number])[] = [];
  csv.forEach((fields, line) => {
    const word = fields[side]!.trim().toLowerCase();
    if (word !== 'buy' && word !== 'sell')
      throw importError(`Line ${line} has the side "${fields[side]}"`, where, 'It must be buy or sell.');
    const ticks = ticksIn(fields, price, line, where, options.grid.tickSize);
    const lots = toUnits(numberIn(fields, size, line, where) * (options.contractSize ?? 1), options.grid.lotSize);
    rows.push([
      venue === 'bybit' ? inMicroseconds(fields[time]!) : fields[time]!,
      word === 'buy' ? 1 : -1,
      ticks,
      lots,
    ]);
  });
  if (rows.length > 1 && BigInt(rows[0]![0]) > BigInt(rows.at(-1)![0])) rows.reverse();
  const builder = new EventBuilder(options.originMs ?? (rows.length > 0 ? msOf(rows[0]![0]) - 1000 : 0));
  for (const [at, taker, ticks, lots] of rows) {
    const exchange = timeSince(at, builder.originMs);
    if (lots !== 0) builder.push(SEE.both, EVENT.trade, taker, exchange, exchange + latency, ticks, lots);
  }
  return builder.events();
}

/** `1672531200.1234` seconds as whole microseconds; ms stay as they are. */
function inMicroseconds(text: string): string {
  const [whole = '', fraction = ''] = text.trim().split('.');
  if (whole.length > 10) return whole;
  return `${whole}${fraction.padEnd(6, '0').slice(0, 6)}`;
}
