import { type BookEvents, EVENT, EventBuilder, SEE, toUnits } from '../book-events.ts';
import { type Csv, readCsv } from './csv.ts';
import { msOf, numberIn, ticksIn, timeIn } from './fields.ts';
import { importError } from './import-error.ts';
import type { CsvImportOptions } from './import-options.ts';
import { LotReader } from './lot-reader.ts';
import { aggressorIn, bookSideIn } from './tardis.ts';
import { importTradeRows } from './trade-rows.ts';

/**
 * Reads a plain capture with both clocks in ns: books as `exch_ns,local_ns,kind,side,price,qty` (kind snapshot or delta, side b or a),
 * best prices as `exch_ns,local_ns,bid,bid_qty,ask,ask_qty`, trades as `exch_ns,local_ns,aggressor,price,qty`, or what a perpetual has beside them
 * as `exch_ns,local_ns,what,side,price,value`: `mark` and `index` prices, `funding` (the rate paid at the price), `openInterest` (base units) and
 * `liquidation` (side buy or sell, amount). A book starts at its first snapshot: changes before it belong to a book that nobody knows. Align the
 * receive clock afterwards where it runs behind.
 * @throws TidegateError BOOK_IMPORT naming file, line and field
 */
export function importCapture(bytes: Uint8Array, options: CsvImportOptions): BookEvents {
  const where = options.where ?? 'capture';
  const csv = readCsv(bytes, where, { symbol: options.symbol });
  if (csv.has('what')) return importReference(csv, options, where);
  if (csv.has('kind')) return importBook(csv, options, where);
  return csv.has('bid_qty') ? importBest(csv, options, where) : importTrades(csv, options, where);
}

type OnRow = (builder: EventBuilder, fields: readonly string[], line: number, exchange: number, local: number) => void;

function eachRow(csv: Csv, options: CsvImportOptions, where: string, onRow: OnRow): BookEvents {
  const exchange = csv.column('exch_ns');
  const local = csv.column('local_ns');
  let builder: EventBuilder | undefined;
  csv.forEach((fields, line) => {
    builder ??= new EventBuilder(options.originMs ?? msOf(fields[exchange]!) - 1000);
    const { originMs } = builder;
    const happened = timeIn(fields, exchange, line, where, originMs);
    onRow(builder, fields, line, happened, timeIn(fields, local, line, where, originMs));
  });
  return (builder ?? new EventBuilder(options.originMs ?? 0)).events();
}

function importBook(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const [kind, side, price, qty] = [csv.column('kind'), csv.column('side'), csv.column('price'), csv.column('qty')];
  const lots = new LotReader(options, where);
  let hasStarted = false;
  let wasSnapshot = false;
  const events = eachRow(csv, options, where, (builder, fields, line, exchange, local) => {
    const isSnapshot = fields[kind] === 'snapshot';
    if (!isSnapshot && fields[kind] !== 'delta')
      throw importError(`Line ${line} is of the kind "${fields[kind]}"`, where, 'It must be snapshot or delta.');
    hasStarted ||= isSnapshot;
    if (!hasStarted) return;
    if (isSnapshot && !wasSnapshot) builder.push(SEE.both, EVENT.clear, 0, exchange, local, 0, 0);
    wasSnapshot = isSnapshot;
    const ticks = ticksIn(fields, price, line, where, options.grid.tickSize);
    const size = lots.lots(numberIn(fields, qty, line, where), line);
    builder.push(SEE.both, EVENT.depth, bookSideIn(fields, side, line, where), exchange, local, ticks, size);
  });
  lots.finish();
  return events;
}

function importTrades(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const columns = {
    time: csv.column('exch_ns'),
    received: { column: csv.column('local_ns') },
    price: csv.column('price'),
    size: csv.column('qty'),
    id: null,
    sideOf: aggressorIn(csv.column('aggressor'), where),
  };
  return importTradeRows(csv, columns, options, where);
}

const REFERENCES = ['mark', 'index', 'funding', 'openInterest', 'liquidation'] as const;

function importReference(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const [what, side, price, value] = [csv.column('what'), csv.column('side'), csv.column('price'), csv.column('value')];
  const { tickSize, lotSize } = options.grid;
  return eachRow(csv, options, where, (builder, fields, line, exchange, local) => {
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
  const lots = new LotReader(options, where);
  const last = new Map<number, number>();
  const events = eachRow(csv, options, where, (builder, fields, line, exchange, local) => {
    if (last.size === 0) builder.push(SEE.both, EVENT.clear, 0, exchange, local, 0, 0);
    for (const [side, priceAt, sizeAt] of columns) {
      const ticks = ticksIn(fields, priceAt, line, where, options.grid.tickSize);
      const size = lots.lots(numberIn(fields, sizeAt, line, where), line);
      const before = last.get(side);
      if (before !== undefined && before !== ticks)
        builder.push(SEE.both, EVENT.depth, side, exchange, local, before, 0);
      builder.push(SEE.both, EVENT.depth, side, exchange, local, ticks, size);
      last.set(side, ticks);
    }
  });
  lots.finish();
  return events;
}
