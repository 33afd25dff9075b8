import { type BookEvents, EVENT, EventBuilder, SEE, toUnits } from '../book-events.ts';
import { type Csv, readCsv } from './csv.ts';
import { isTrueIn, msOf, numberIn, sideIn, ticksIn, timeIn } from './fields.ts';
import { importError } from './import-error.ts';
import type { CsvImportOptions } from './import-options.ts';
import { importLevels, type LevelColumns } from './levels.ts';
import { LotReader } from './lot-reader.ts';
import { importTradeRows } from './trade-rows.ts';

/**
 * Reads a Tardis-style CSV (docs.tardis.dev, "Downloadable CSV files"), plain or gzipped, told apart by its columns:
 * `incremental_book_L2` (timestamp, local_timestamp, is_snapshot, side, price, amount), `trades` (side = the aggressor's), `quotes` and
 * `book_ticker` (best prices), `book_snapshot_5` and `_25`, or `derivative_ticker` (mark_price, index_price, open_interest, and the funding that was paid when
 * `funding_timestamp` moved on); `liquidations`, which have the columns of trades, by the file's name. Times may be in ms, µs or ns. A run of snapshot rows begins with a clear.
 * @throws TidegateError BOOK_IMPORT naming file, line and field
 */
export function importTardis(bytes: Uint8Array, options: CsvImportOptions): BookEvents {
  const where = options.where ?? 'tardis file';
  const csv = readCsv(bytes, where, { symbol: options.symbol });
  if (csv.has('is_snapshot')) return importBook(csv, options, where);
  if (csv.has('mark_price')) return importTicker(csv, options, where);
  const levels = levelsOf(csv);
  if (levels.length > 0)
    return importLevels({
      csv,
      levels,
      time: csv.column('timestamp'),
      received: { column: csv.column('local_timestamp') },
      options,
      where,
    });
  if (/liquidations/i.test(where.replace(/^.*[\\/]/, ''))) return importLiquidations(csv, options, where);
  return importTradeRows(
    csv,
    {
      time: csv.column('timestamp'),
      received: { column: csv.column('local_timestamp') },
      price: csv.column('price'),
      size: csv.column('amount'),
      id: csv.has('id') ? csv.column('id') : null,
      sideOf: aggressorIn(csv.column('side'), where),
    },
    options,
    where,
  );
}

/** Levels that a file of whole books has columns of: `bid_price`, or `bids[0].price` and so on. */
function levelsOf(csv: Csv): LevelColumns[] {
  const found: LevelColumns[] = [];
  const add = (side: 1 | -1, price: string, size: string) =>
    csv.has(price) && found.push({ side, price: csv.column(price), size: csv.column(size) });
  add(1, 'bid_price', 'bid_amount');
  add(-1, 'ask_price', 'ask_amount');
  for (let k = 0; csv.has(`bids[${k}].price`) || csv.has(`asks[${k}].price`); k++) {
    add(1, `bids[${k}].price`, `bids[${k}].amount`);
    add(-1, `asks[${k}].price`, `asks[${k}].amount`);
  }
  return found;
}

/** The aggressor of a trade from its column of words. */
export function aggressorIn(at: number, where: string): (fields: readonly string[], line: number) => 1 | -1 | 0 {
  return (fields, line) => sideIn(fields, at, line, where);
}

/** Calls back for each row with both of its times; the builder is made for the first one, since the origin may depend on it. */
function eachRow(
  csv: Csv,
  options: CsvImportOptions,
  where: string,
  onRow: (builder: EventBuilder, fields: readonly string[], line: number, exchange: number, local: number) => void,
): BookEvents {
  const [time, local] = [csv.column('timestamp'), csv.column('local_timestamp')];
  let builder: EventBuilder | undefined;
  csv.forEach((fields, line) => {
    builder ??= new EventBuilder(options.originMs ?? msOf(fields[time]!) - 1000);
    const exchangeTime = timeIn(fields, time, line, where, builder.originMs);
    onRow(builder, fields, line, exchangeTime, timeIn(fields, local, line, where, builder.originMs));
  });
  return (builder ?? new EventBuilder(options.originMs ?? 0)).events();
}

function importBook(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const [snapshot, side, price, amount] = [
    csv.column('is_snapshot'),
    csv.column('side'),
    csv.column('price'),
    csv.column('amount'),
  ];
  const lots = new LotReader(options, where);
  let wasSnapshot = false;
  const events = eachRow(csv, options, where, (builder, fields, line, exchange, local) => {
    const isSnapshot = isTrueIn(fields, snapshot, line, where);
    if (isSnapshot && !wasSnapshot) builder.push(SEE.both, EVENT.clear, 0, exchange, local, 0, 0);
    wasSnapshot = isSnapshot;
    const ticks = ticksIn(fields, price, line, where, options.grid.tickSize);
    const size = lots.lots(numberIn(fields, amount, line, where), line);
    builder.push(SEE.both, EVENT.depth, bookSideIn(fields, side, line, where), exchange, local, ticks, size);
  });
  lots.finish();
  return events;
}

/** The side of a book's row, which must be known. */
export function bookSideIn(fields: readonly string[], at: number, line: number, where: string): 1 | -1 {
  const side = sideIn(fields, at, line, where);
  if (side !== 0) return side;
  throw importError(`Line ${line} has the side "${fields[at]}"`, where, 'It must be bid or ask.');
}

function importLiquidations(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const [side, price, amount] = [csv.column('side'), csv.column('price'), csv.column('amount')];
  const { tickSize, lotSize } = options.grid;
  return eachRow(csv, options, where, (builder, fields, line, exchange, local) => {
    // They are told at average prices, which may lie between two ticks.
    const ticks = toUnits(numberIn(fields, price, line, where), tickSize);
    const size = toUnits(numberIn(fields, amount, line, where), lotSize);
    const sign = sideIn(fields, side, line, where);
    if (size !== 0) builder.push(SEE.both, EVENT.liquidation, sign, exchange, local, ticks, size);
  });
}

function importTicker(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const { tickSize, lotSize } = options.grid;
  const sources = [
    [EVENT.mark, csv.column('mark_price')],
    [EVENT.index, csv.column('index_price')],
  ] as const;
  const at = (name: string) => (csv.has(name) ? csv.column(name) : -1);
  const [interest, stampAt, rateAt] = [at('open_interest'), at('funding_timestamp'), at('funding_rate')];
  let [lastInterest, stamp, rate, mark] = ['', '', '', 0];
  return eachRow(csv, options, where, (builder, fields, line, exchange, local) => {
    const next = stampAt < 0 ? '' : fields[stampAt]!;
    if (next !== stamp && next !== '') {
      // The time that was announced has come and gone: the rate that stood last was paid then.
      const due = stamp === '' ? Number.NaN : timeIn([stamp], 0, line, where, builder.originMs);
      if (due <= exchange && rate !== '' && mark > 0)
        builder.push(SEE.both, EVENT.funding, 0, due, due + local - exchange, mark, numberIn([rate], 0, line, where));
      stamp = next;
    }
    if (rateAt >= 0 && fields[rateAt] !== '') rate = fields[rateAt]!;
    const open = interest < 0 ? '' : fields[interest]!;
    if (open !== '' && open !== lastInterest) {
      const size = toUnits(numberIn(fields, interest, line, where), lotSize);
      builder.push(SEE.both, EVENT.openInterest, 0, exchange, local, 0, size);
    }
    lastInterest = open;
    for (const [kind, column] of sources) {
      if (fields[column] === '') continue;
      const ticks = toUnits(numberIn(fields, column, line, where), tickSize);
      if (kind === EVENT.mark) mark = ticks;
      builder.push(SEE.both, kind, 0, exchange, local, ticks, 0);
    }
  });
}
