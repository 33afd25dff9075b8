import type { EventTable } from '../../domain/candles.ts';
import { type BookEvents, EVENT, EventBuilder, SEE, toUnits } from '../book-events.ts';
import { type Csv, msOf, numberIn, readCsv, ticksIn, timeSince } from './csv.ts';
import { importLevels } from './levels.ts';
import type { CsvImportOptions } from './tardis.ts';

/** The archive has no receive times: they are made up from a constant feed latency. */
export interface ArchiveOptions extends CsvImportOptions {
  readonly feedLatencyNs?: number;
}

const AGG_TRADES = [
  'agg_trade_id',
  'price',
  'quantity',
  'first_trade_id',
  'last_trade_id',
  'transact_time',
  'is_buyer_maker',
];
const TRADES = ['id', 'price', 'qty', 'quote_qty', 'time', 'is_buyer_maker'];
const BOOK_TICKER = [
  'update_id',
  'best_bid_price',
  'best_bid_qty',
  'best_ask_price',
  'best_ask_qty',
  'transaction_time',
  'event_time',
];

/**
 * Reads `aggTrades` of data.binance.vision (zip, gzip or plain; spot or futures, with or without header; ms or, in spot files since 2025,
 * µs). `is_buyer_maker` true means that the seller was the aggressor.
 */
export function importAggTrades(bytes: Uint8Array, options: ArchiveOptions): BookEvents {
  const where = options.where ?? 'aggTrades';
  return importTrades(readCsv(bytes, where, AGG_TRADES), 'transact_time', 'quantity', options, where);
}

/** Reads `trades` of the same archive. */
export function importArchiveTrades(bytes: Uint8Array, options: ArchiveOptions): BookEvents {
  const where = options.where ?? 'trades';
  return importTrades(readCsv(bytes, where, TRADES), 'time', 'qty', options, where);
}

function importTrades(
  csv: Csv,
  timeName: string,
  sizeName: string,
  options: ArchiveOptions,
  where: string,
): BookEvents {
  const [time, price, size, maker] = [
    csv.column(timeName),
    csv.column('price'),
    csv.column(sizeName),
    csv.column('is_buyer_maker'),
  ];
  const { tickSize, lotSize } = options.grid;
  const latency = options.feedLatencyNs ?? 1_000_000;
  let builder: EventBuilder | undefined;
  csv.forEach((fields, line) => {
    builder ??= new EventBuilder(options.originMs ?? msOf(fields[time]!) - 1000);
    const exchangeTime = timeSince(fields[time]!, builder.originMs);
    const side = /^true$/i.test(fields[maker]!.trim()) ? -1 : 1;
    const ticks = ticksIn(fields, price, line, where, tickSize);
    const lots = toUnits(numberIn(fields, size, line, where), lotSize);
    if (lots !== 0) builder.push(SEE.both, EVENT.trade, side, exchangeTime, exchangeTime + latency, ticks, lots);
  });
  return (builder ?? new EventBuilder(options.originMs ?? 0)).events();
}

/**
 * Reads `bookTicker` as a book of one level a side: a best price that moved takes its old level away. Queue positions below the best
 * price cannot be known from it. Rows are in order of `update_id`.
 */
export function importBookTicker(bytes: Uint8Array, options: ArchiveOptions): BookEvents {
  const where = options.where ?? 'bookTicker';
  const csv = readCsv(bytes, where, BOOK_TICKER);
  return importLevels({
    csv,
    levels: [
      { side: 1, price: csv.column('best_bid_price'), size: csv.column('best_bid_qty') },
      { side: -1, price: csv.column('best_ask_price'), size: csv.column('best_ask_qty') },
    ],
    time: csv.column('transaction_time'),
    received: { latencyNs: options.feedLatencyNs ?? 1_000_000 },
    grid: options.grid,
    originMs: options.originMs,
    where,
  });
}

/**
 * Reads `bookDepth` (timestamp, percentage, depth, notional): cumulative depth within 1 to 5 % of mid every half minute. It holds no
 * price levels, so it becomes a table with columns such as `depth-1`, `notional5` (base and quote units) instead of events.
 */
export function importBookDepth(bytes: Uint8Array, where = 'bookDepth'): EventTable {
  const csv = readCsv(bytes, where, ['timestamp', 'percentage', 'depth', 'notional']);
  const [time, percentage, depth, notional] = [
    csv.column('timestamp'),
    csv.column('percentage'),
    csv.column('depth'),
    csv.column('notional'),
  ];
  const times: number[] = [];
  const rows: Record<string, number>[] = [];
  csv.forEach((fields, line) => {
    const ms = depthTime(fields[time]!);
    if (times.at(-1) !== ms) {
      times.push(ms);
      rows.push({});
    }
    const percent = numberIn(fields, percentage, line, where);
    rows.at(-1)![`depth${percent}`] = numberIn(fields, depth, line, where);
    rows.at(-1)![`notional${percent}`] = numberIn(fields, notional, line, where);
  });
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const values = Object.fromEntries(
    names.map((name) => [name, Float64Array.from(rows, (row) => row[name] ?? Number.NaN)]),
  );
  return { length: times.length, time: Float64Array.from(times), values };
}

/** `2023-01-01 00:00:06` UTC, or a number of ms. */
function depthTime(text: string): number {
  return /^\d+$/.test(text) ? msOf(text) : Date.parse(`${text.replace(' ', 'T')}Z`);
}
