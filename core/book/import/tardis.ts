import { type BookEvents, EVENT, EventBuilder, type LotGrid, SEE, toUnits } from '../book-events.ts';
import { type Csv, msOf, numberIn, readCsv, ticksIn, timeSince } from './csv.ts';
import { importLevels, type LevelColumns } from './levels.ts';

/** How to turn a file into events. */
export interface CsvImportOptions {
  readonly grid: LotGrid;
  /** ms UTC of time 0; give the same one to all files of a run. Default: a second before the file's first row. */
  readonly originMs?: number;
  readonly where?: string;
}

/**
 * Reads a Tardis-style CSV (docs.tardis.dev, "Downloadable CSV files"), plain or gzipped, told apart by its columns:
 * `incremental_book_L2` (timestamp, local_timestamp, is_snapshot, side, price, amount), `trades` (side = the aggressor's), `quotes` and
 * `book_ticker` (best prices), `book_snapshot_5` and `_25`, or `derivative_ticker` (mark_price, index_price, open_interest); `liquidations`, which have the
 * columns of trades, by the file's name. Times may be in ms, µs or ns. A run of snapshot rows begins with a clear.
 * @throws TidegateError BOOK_IMPORT_INVALID naming file, line and field
 */
export function importTardis(bytes: Uint8Array, options: CsvImportOptions): BookEvents {
  const where = options.where ?? 'tardis file';
  const csv = readCsv(bytes, where);
  if (csv.has('is_snapshot')) return importBook(csv, options, where);
  if (csv.has('mark_price')) return importTicker(csv, options, where);
  const levels = levelsOf(csv);
  if (levels.length > 0)
    return importLevels({
      csv,
      levels,
      time: csv.column('timestamp'),
      received: { column: csv.column('local_timestamp') },
      grid: options.grid,
      originMs: options.originMs,
      where,
    });
  const isLiquidations = /liquidations/i.test(where.replace(/^.*[\\/]/, ''));
  return importTrades(csv, isLiquidations ? EVENT.liquidation : EVENT.trade, options, where);
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

/** Lazily made builder, since the origin may depend on the first row. */
class Rows {
  readonly #originMs: number | undefined;
  #builder: EventBuilder | undefined;

  constructor(originMs: number | undefined) {
    this.#originMs = originMs;
  }

  at(time: string): EventBuilder {
    this.#builder ??= new EventBuilder(this.#originMs ?? msOf(time) - 1000);
    return this.#builder;
  }

  events(): BookEvents {
    return (this.#builder ?? new EventBuilder(this.#originMs ?? 0)).events();
  }
}

function importBook(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const [time, local, snapshot, side, price, amount] = [
    csv.column('timestamp'),
    csv.column('local_timestamp'),
    csv.column('is_snapshot'),
    csv.column('side'),
    csv.column('price'),
    csv.column('amount'),
  ];
  const { tickSize, lotSize } = options.grid;
  const rows = new Rows(options.originMs);
  let wasSnapshot = false;
  csv.forEach((fields, line) => {
    const builder = rows.at(fields[time]!);
    const exchangeTime = timeSince(fields[time]!, builder.originMs);
    const localTime = timeSince(fields[local]!, builder.originMs);
    const isSnapshot = fields[snapshot] === 'true';
    if (isSnapshot && !wasSnapshot) builder.push(SEE.both, EVENT.clear, 0, exchangeTime, localTime, 0, 0);
    wasSnapshot = isSnapshot;
    const ticks = ticksIn(fields, price, line, where, tickSize);
    const lots = toUnits(numberIn(fields, amount, line, where), lotSize);
    builder.push(SEE.both, EVENT.depth, sideOf(fields[side]!), exchangeTime, localTime, ticks, lots);
  });
  return rows.events();
}

function importTrades(csv: Csv, kind: number, options: CsvImportOptions, where: string): BookEvents {
  const [time, local, side, price, amount] = [
    csv.column('timestamp'),
    csv.column('local_timestamp'),
    csv.column('side'),
    csv.column('price'),
    csv.column('amount'),
  ];
  const { tickSize, lotSize } = options.grid;
  const rows = new Rows(options.originMs);
  csv.forEach((fields, line) => {
    const builder = rows.at(fields[time]!);
    // Liquidations are told at average prices.
    const isTrade = kind === EVENT.trade;
    const ticks = isTrade
      ? ticksIn(fields, price, line, where, tickSize)
      : toUnits(numberIn(fields, price, line, where), tickSize);
    const lots = toUnits(numberIn(fields, amount, line, where), lotSize);
    const exchangeTime = timeSince(fields[time]!, builder.originMs);
    const localTime = timeSince(fields[local]!, builder.originMs);
    // A trade below half a lot cannot move any queue, and a trade of nothing is not one.
    if (lots !== 0) builder.push(SEE.both, kind, sideOf(fields[side]!), exchangeTime, localTime, ticks, lots);
  });
  return rows.events();
}

function importTicker(csv: Csv, options: CsvImportOptions, where: string): BookEvents {
  const time = csv.column('timestamp');
  const local = csv.column('local_timestamp');
  const sources = [
    [EVENT.mark, csv.column('mark_price')],
    [EVENT.index, csv.column('index_price')],
  ] as const;
  const interest = csv.has('open_interest') ? csv.column('open_interest') : -1;
  let lastInterest = '';
  const rows = new Rows(options.originMs);
  csv.forEach((fields, line) => {
    const builder = rows.at(fields[time]!);
    const exchangeTime = timeSince(fields[time]!, builder.originMs);
    const localTime = timeSince(fields[local]!, builder.originMs);
    const open = interest < 0 ? '' : fields[interest]!;
    if (open !== '' && open !== lastInterest) {
      const lots = toUnits(numberIn(fields, interest, line, where), options.grid.lotSize);
      builder.push(SEE.both, EVENT.openInterest, 0, exchangeTime, localTime, 0, lots);
    }
    lastInterest = open;
    for (const [kind, at] of sources) {
      if (fields[at] === '') continue;
      const ticks = toUnits(numberIn(fields, at, line, where), options.grid.tickSize);
      builder.push(SEE.both, kind, 0, exchangeTime, localTime, ticks, 0);
    }
  });
  return rows.events();
}

function sideOf(text: string): 1 | -1 | 0 {
  if (text === 'bid' || text === 'buy') return 1;
  return text === 'ask' || text === 'sell' ? -1 : 0;
}
