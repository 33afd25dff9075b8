import type { BookEvents } from '../book-events.ts';
import { readCsv } from './csv.ts';
import type { VenueOptions } from './import-options.ts';
import { aggressorIn } from './tardis.ts';
import { importTradeRows } from './trade-rows.ts';

/** Column names of the public trade dumps of two venues. Bybit's times are seconds with a fraction, on spot ms, and its sizes there are volumes. */
const COLUMNS = {
  bybit: { time: 'timestamp', size: ['size', 'volume'], id: ['trdMatchID', 'id'] },
  okx: { time: 'created_time', size: ['size'], id: ['trade_id'] },
} as const;

/**
 * Reads public trade dumps of Bybit (public.bybit.com/trading and /spot) and OKX; `side` is the taker's in both. Receive times are made up from a
 * constant feed latency. Bybit lists newest first in some years: rows are put in order of time.
 * @throws TidegateError BOOK_IMPORT naming file, line and field
 */
export function importVenueTrades(bytes: Uint8Array, venue: 'bybit' | 'okx', options: VenueOptions): BookEvents {
  const where = options.where ?? `${venue} trades`;
  const csv = readCsv(bytes, where, { symbol: options.symbol });
  const { time, size, id } = COLUMNS[venue];
  const idName = id.find((name) => csv.has(name));
  const columns = {
    time: csv.column(time),
    received: { latencyNs: options.feedLatencyNs ?? 1_000_000 },
    price: csv.column('price'),
    size: csv.column(size.find((name) => csv.has(name)) ?? size[0]),
    id: idName === undefined ? null : csv.column(idName),
    sideOf: aggressorIn(csv.column('side'), where),
    contractSize: options.contractSize ?? 1,
    ...(venue === 'bybit' && { timeText: inMicroseconds }),
  };
  return importTradeRows(csv, columns, options, where);
}

/** `1672531200.1234` seconds as whole microseconds; ms stay as they are. */
function inMicroseconds(text: string): string {
  const [whole = '', fraction = ''] = text.trim().split('.');
  if (whole.length > 10) return whole;
  return `${whole}${fraction.padEnd(6, '0').slice(0, 6)}`;
}
