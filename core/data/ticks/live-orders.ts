import type { LotGrid } from '../../book/book-events.ts';
import type { LiveOrder } from '../../book/calibrate.ts';
import { readCsv } from '../../book/import/csv.ts';
import { numberIn } from '../../book/import/fields.ts';
import { TidegateError } from '../../foundation/errors.ts';

/** An own order as files hold it: times ms UTC (fractions allowed) or whole ns since 1970; empty or null where it did not happen. */
export interface OrderRecord {
  readonly id: string;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly amount: number;
  readonly sent: string;
  readonly taken: string;
  readonly answered: string;
  readonly filled: string;
  readonly cancelled: string;
}

const TIMES = ['sent', 'taken', 'answered', 'filled', 'cancelled'] as const;

/**
 * Reads own resting orders for calibration: CSV with a header, or a JSON list, with `side`, `price`, `amount`, `sent` (our clock), `taken` (the
 * exchange's), `answered` (ours), and `filled` and `cancelled` (the exchange's) where they happened; `id` where there is one.
 * @throws TidegateError ORDERS_FILE naming line and field, BOOK_IMPORT for numbers that are none
 */
export function readOrderRecords(bytes: Uint8Array, where: string): OrderRecord[] {
  const text = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  return text.startsWith('[') ? fromJson(bytes, where) : fromCsv(bytes, where);
}

function fromCsv(bytes: Uint8Array, where: string): OrderRecord[] {
  const csv = readCsv(bytes, where);
  const idAt = csv.has('id') ? csv.column('id') : -1;
  const at = Object.fromEntries(['side', 'price', 'amount', ...TIMES].map((name) => [name, csv.column(name)]));
  const records: OrderRecord[] = [];
  csv.forEach((fields, line) => {
    const time = (name: string) => fields[at[name]!]?.trim() ?? '';
    records.push({
      id: fields[idAt]?.trim() || String(records.length + 1),
      side: sideOf(fields[at.side!]!, where, `line ${line}`),
      price: numberIn(fields, at.price!, line, where),
      amount: numberIn(fields, at.amount!, line, where),
      sent: time('sent'),
      taken: time('taken'),
      answered: time('answered'),
      filled: time('filled'),
      cancelled: time('cancelled'),
    });
  });
  return records;
}

function fromJson(bytes: Uint8Array, where: string): OrderRecord[] {
  let list: unknown;
  try {
    list = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new TidegateError('ORDERS_FILE', 'the file is no JSON', {
      where,
      remedy: 'Give a list of orders, or CSV.',
      cause,
    });
  }
  return (list as readonly Record<string, unknown>[]).map((row, i) => {
    const time = (name: string) => (row[name] === null || row[name] === undefined ? '' : String(row[name]));
    const number = (name: string) => {
      const value = Number(row[name]);
      if (value > 0) return value;
      throw new TidegateError('ORDERS_FILE', `order ${i + 1} has the ${name} ${JSON.stringify(row[name])}`, {
        where,
        remedy: 'It must be a number above 0.',
      });
    };
    return {
      id: String(row.id ?? i + 1),
      side: sideOf(String(row.side), where, `order ${i + 1}`),
      price: number('price'),
      amount: number('amount'),
      sent: time('sent'),
      taken: time('taken'),
      answered: time('answered'),
      filled: time('filled'),
      cancelled: time('cancelled'),
    };
  });
}

function sideOf(word: string, where: string, place: string): 'buy' | 'sell' {
  const side = word.trim().toLowerCase();
  if (side === 'buy' || side === 'sell') return side;
  throw new TidegateError('ORDERS_FILE', `${place} has the side "${word}"`, {
    where,
    remedy: 'It must be buy or sell.',
  });
}

/** ms UTC of a time of such a file; NaN where it is empty. @throws TidegateError ORDERS_FILE */
export function orderTimeMs(text: string, where: string): number {
  if (text === '') return Number.NaN;
  const ms = /^\d{16,}$/.test(text) ? Number(text.slice(0, -6)) + Number(text.slice(-6)) / 1e6 : Number(text);
  if (ms > 0) return ms;
  throw new TidegateError('ORDERS_FILE', `"${text}" is no time`, { where, remedy: 'Give ms or ns since 1970.' });
}

/**
 * The records as orders of a simulation whose times count from `originMs`.
 * @throws TidegateError ORDERS_FILE for one without the times that say how long it was on its way, or whose times go back
 */
export function liveOrders(
  records: readonly OrderRecord[],
  grid: LotGrid,
  originMs: number,
  where: string,
): LiveOrder[] {
  return records.map((record, i) => {
    const ns = (name: (typeof TIMES)[number]) => Math.round((orderTimeMs(record[name], where) - originMs) * 1e6);
    const [sent, taken, answered] = [ns('sent'), ns('taken'), ns('answered')];
    if (!(sent <= taken && taken <= answered))
      throw new TidegateError(
        'ORDERS_FILE',
        `order ${record.id} was sent at ${record.sent}, taken at ${record.taken} and answered at ${record.answered}`,
        { where, remedy: 'All three must be there and ascend: put the clocks right first, or leave the order out.' },
      );
    return {
      id: i + 1,
      side: record.side === 'buy' ? 1 : -1,
      price: Math.round(record.price / grid.tickSize),
      lots: Math.max(1, Math.round(record.amount / grid.lotSize)),
      sent,
      taken,
      answered,
      filledAt: ns('filled'),
      cancelledAt: ns('cancelled'),
    };
  });
}
