import type { EventTable } from '../../domain/candles.ts';
import type { BookEvents } from '../book-events.ts';
import { type Csv, readCsv } from './csv.ts';
import { amountIn, isTrueIn, numberIn } from './fields.ts';
import type { ArchiveOptions } from './import-options.ts';
import { importLevels } from './levels.ts';
import { summaryTime } from './summary-time.ts';
import { importTradeRows } from './trade-rows.ts';

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
  const csv = readCsv(bytes, where, { names: AGG_TRADES });
  return importTrades(csv, ['transact_time', 'quantity', 'agg_trade_id'], options, where);
}

/** Reads `trades` of the same archive. */
export function importArchiveTrades(bytes: Uint8Array, options: ArchiveOptions): BookEvents {
  const where = options.where ?? 'trades';
  const csv = readCsv(bytes, where, { names: TRADES });
  return importTrades(csv, ['time', 'qty', 'id'], options, where);
}

function importTrades(
  csv: Csv,
  [time, size, id]: readonly [time: string, size: string, id: string],
  options: ArchiveOptions,
  where: string,
): BookEvents {
  const maker = csv.column('is_buyer_maker');
  const columns = {
    time: csv.column(time),
    received: { latencyNs: options.feedLatencyNs ?? 1_000_000 },
    price: csv.column('price'),
    size: csv.column(size),
    id: csv.column(id),
    sideOf: (fields: readonly string[], line: number) => (isTrueIn(fields, maker, line, where) ? -1 : 1),
  } as const;
  return importTradeRows(csv, columns, options, where);
}

/**
 * Reads `bookTicker` as a book of one level a side: a best price that moved takes its old level away. Queue positions below the best
 * price cannot be known from it. Rows are in order of `update_id`.
 */
export function importBookTicker(bytes: Uint8Array, options: ArchiveOptions): BookEvents {
  const where = options.where ?? 'bookTicker';
  const csv = readCsv(bytes, where, { names: BOOK_TICKER });
  return importLevels({
    csv,
    levels: [
      { side: 1, price: csv.column('best_bid_price'), size: csv.column('best_bid_qty') },
      { side: -1, price: csv.column('best_ask_price'), size: csv.column('best_ask_qty') },
    ],
    time: csv.column('transaction_time'),
    received: { latencyNs: options.feedLatencyNs ?? 1_000_000 },
    options,
    where,
  });
}

/**
 * Reads `bookDepth` (timestamp, percentage, depth, notional): cumulative depth within 1 to 5 % of mid every half minute. It holds no
 * price levels, so it becomes a table with columns such as `depth-1`, `notional5` (base and quote units) instead of events.
 */
export function importBookDepth(bytes: Uint8Array, where = 'bookDepth'): EventTable {
  const csv = readCsv(bytes, where, { names: ['timestamp', 'percentage', 'depth', 'notional'] });
  const [time, percentage, depth, notional] = [
    csv.column('timestamp'),
    csv.column('percentage'),
    csv.column('depth'),
    csv.column('notional'),
  ];
  const times: number[] = [];
  const rows: Record<string, number>[] = [];
  csv.forEach((fields, line) => {
    const ms = summaryTime(fields, time, line, where);
    if (times.at(-1) !== ms) {
      times.push(ms);
      rows.push({});
    }
    const percent = numberIn(fields, percentage, line, where);
    rows.at(-1)![`depth${percent}`] = amountIn(fields, depth, line, where);
    rows.at(-1)![`notional${percent}`] = amountIn(fields, notional, line, where);
  });
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const values = Object.fromEntries(
    names.map((name) => [name, Float64Array.from(rows, (row) => row[name] ?? Number.NaN)]),
  );
  return { length: times.length, time: Float64Array.from(times), values };
}
