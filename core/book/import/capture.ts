import { type BookEvents, EVENT, EventBuilder, SEE, toUnits } from '../book-events.ts';
import { type Csv, msOf, numberIn, readCsv, timeSince } from './csv.ts';
import { importError } from './import-error.ts';
import type { CsvImportOptions } from './tardis.ts';

/**
 * Reads a plain capture with both clocks in ns: books as `exch_ns,local_ns,kind,side,price,qty` (kind snapshot or delta, side b or a),
 * best prices as `exch_ns,local_ns,bid,bid_qty,ask,ask_qty`, trades as `exch_ns,local_ns,aggressor,price,qty`, or what a perpetual has beside them
 * as `exch_ns,local_ns,what,side,price,value`: `mark` and `index` prices, `funding` (the rate paid at the price), `openInterest` (base units) and
 * `liquidation` (side buy or sell, amount). A book starts at its first snapshot: changes before it belong to a book that nobody knows. Align the
 * receive clock afterwards where it runs behind.
 * @throws TidegateError BOOK_IMPORT_INVALID naming file, line and field
 */
export function importCapture(bytes: Uint8Array, options: CsvImportOptions): BookEvents {
  const where = options.where ?? 'capture';
  const csv = readCsv(bytes, where);
  if (csv.has('what')) return importReference(csv, options, where);
  if (csv.has('kind')) return importBook(csv, options, where);
  return csv.has('bid_qty') ? importBest(csv, options, where) : importTrades(csv, options, where);
}

type OnRow = (builder: EventBuilder, fields: readonly string[], line: number, exchange: number, local: number) => void;

function eachRow(csv: Csv, options: CsvImportOptions, onRow: OnRow): BookEvents {
  const exchange = csv.column('exch_ns');
  const local = csv.column('local_ns');
  let builder: EventBuilder | undefined;
  csv.forEach((fields, line) => {
    builder ??= new EventBuilder(options.originMs ?? msOf(fields[exchange]!) - 1000);
    const { originMs } = builder;
    onRow(builder, fields, line, timeSince(fields[exchange]!, originMs), timeSince(fields[local]!, originMs));
  });
  return (builder ?? new EventBuilder(options.originMs ?? 0)).events();
}

function importBook(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const [kind, side, price, qty] = [csv.column('kind'), csv.column('side'), csv.column('price'), csv.column('qty')];
  const { tickSize, lotSize } = options.grid;
  let hasStarted = false;
  let wasSnapshot = false;
  return eachRow(csv, options, (builder, fields, line, exchange, local) => {
    const isSnapshot = fields[kind] === 'snapshot';
    hasStarted ||= isSnapshot;
    if (!hasStarted) return;
    if (isSnapshot && !wasSnapshot) builder.push(SEE.both, EVENT.clear, 0, exchange, local, 0, 0);
    wasSnapshot = isSnapshot;
    const ticks = toUnits(numberIn(fields, price, line, where), tickSize);
    const lots = toUnits(numberIn(fields, qty, line, where), lotSize);
    builder.push(SEE.both, EVENT.depth, fields[side] === 'b' ? 1 : -1, exchange, local, ticks, lots);
  });
}

function importTrades(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const [aggressor, price, qty] = [csv.column('aggressor'), csv.column('price'), csv.column('qty')];
  const { tickSize, lotSize } = options.grid;
  return eachRow(csv, options, (builder, fields, line, exchange, local) => {
    const side = fields[aggressor] === 'buy' ? 1 : -1;
    const ticks = toUnits(numberIn(fields, price, line, where), tickSize);
    const lots = toUnits(numberIn(fields, qty, line, where), lotSize);
    if (lots !== 0) builder.push(SEE.both, EVENT.trade, side, exchange, local, ticks, lots);
  });
}

const REFERENCES = ['mark', 'index', 'funding', 'openInterest', 'liquidation'] as const;

function importReference(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const [what, side, price, value] = [csv.column('what'), csv.column('side'), csv.column('price'), csv.column('value')];
  const { tickSize, lotSize } = options.grid;
  return eachRow(csv, options, (builder, fields, line, exchange, local) => {
    const kind = REFERENCES.find((name) => name === fields[what]);
    if (kind === undefined)
      throw importError(`Line ${line} is about "${fields[what]}"`, where, `Known are ${REFERENCES.join(', ')}.`);
    const ticks = toUnits(numberIn(fields, price, line, where), tickSize);
    const number = numberIn(fields, value, line, where);
    // A rate is no amount.
    const lots = kind === 'funding' ? number : toUnits(number, lotSize);
    const sign = kind !== 'liquidation' ? 0 : fields[side] === 'buy' ? 1 : -1;
    builder.push(SEE.both, EVENT[kind], sign, exchange, local, ticks, lots);
  });
}

function importBest(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const columns = [
    [1, csv.column('bid'), csv.column('bid_qty')],
    [-1, csv.column('ask'), csv.column('ask_qty')],
  ] as const;
  const { tickSize, lotSize } = options.grid;
  const last = new Map<number, number>();
  return eachRow(csv, options, (builder, fields, line, exchange, local) => {
    for (const [side, priceAt, sizeAt] of columns) {
      const ticks = toUnits(numberIn(fields, priceAt, line, where), tickSize);
      const lots = toUnits(numberIn(fields, sizeAt, line, where), lotSize);
      const before = last.get(side);
      if (before !== undefined && before !== ticks)
        builder.push(SEE.both, EVENT.depth, side, exchange, local, before, 0);
      builder.push(SEE.both, EVENT.depth, side, exchange, local, ticks, lots);
      last.set(side, ticks);
    }
  });
}
