import { type BookEvents, EVENT, EventBuilder, SEE } from '../book-events.ts';
import type { Csv } from './csv.ts';
import { msOf, numberIn, ticksIn, timeIn } from './fields.ts';
import { importError } from './import-error.ts';
import type { CsvImportOptions } from './import-options.ts';
import { LotReader } from './lot-reader.ts';

/** Share of trades without an aggressor that a file may hold. */
const MOST_UNKNOWN = 0.05;

/** Where a file of trades keeps what. */
export interface TradeColumns {
  readonly time: number;
  /** Column of the receive time; else the exchange's plus this many ns. */
  readonly received: { readonly column: number } | { readonly latencyNs: number };
  readonly price: number;
  readonly size: number;
  /** The trade's own number, where there is one. */
  readonly id: number | null;
  /** The aggressor: 1 bought, -1 sold, 0 not known. */
  readonly sideOf: (fields: readonly string[], line: number) => 1 | -1 | 0;
  /** A time as whole s, ms, µs or ns, where the file writes it otherwise. */
  readonly timeText?: (text: string) => string;
  /** Base units of one unit of size; 1 unless given. */
  readonly contractSize?: number;
}

/**
 * Reads trades. One that stands in the file twice (the same id) and one whose aggressor is not known are left out, and told; so is one below half a lot,
 * which cannot move any queue. A file that lists the newest first is turned round.
 * @throws TidegateError BOOK_IMPORT naming file, line and field; when over a twentieth of the trades name no aggressor
 */
export function importTradeRows(csv: Csv, columns: TradeColumns, options: CsvImportOptions, where: string): BookEvents {
  // Ids that only go one way cannot repeat; any other file is read again with an eye on each.
  const ids = new IdOrder();
  const quick = readTrades(csv, columns, options, where, (id) => {
    ids.see(id);
    return true;
  });
  const seen = new Set<string>();
  const result = ids.isStrict ? quick : readTrades(csv, columns, options, where, (id) => seen.size < seen.add(id).size);
  const { builder, all, unknown, repeated, lots } = result;
  lots.finish();
  if (unknown > MOST_UNKNOWN * all)
    throw importError(
      `${unknown} of ${all} trades do not say who the aggressor was`,
      where,
      'Without it nobody knows which queue a trade took from: use a file that has it.',
    );
  if (unknown > 0) options.onNote?.(`${unknown} of ${all} trades do not say who the aggressor was: left out`);
  if (repeated > 0) options.onNote?.(`${repeated} of ${all} trades stand there twice (the same id): read once`);
  return oldestFirst(builder.events(), options.originMs);
}

/** Whether ids, read as whole numbers, go up all the time, or down all the time. */
class IdOrder {
  #last = '';
  #direction = 0;
  isStrict = true;

  see(id: string): void {
    const last = this.#last;
    this.#last = id;
    if (last === '' || !this.isStrict) return;
    const way = id === last ? 0 : id.length - last.length || (id > last ? 1 : -1);
    if (way === 0 || way * this.#direction < 0) this.isStrict = false;
    this.#direction = way;
  }
}

interface ReadTrades {
  readonly builder: EventBuilder;
  readonly lots: LotReader;
  readonly all: number;
  readonly unknown: number;
  readonly repeated: number;
}

function readTrades(
  csv: Csv,
  columns: TradeColumns,
  options: CsvImportOptions,
  where: string,
  isNew: (id: string) => boolean,
): ReadTrades {
  const { time, received, price, size, id, sideOf, timeText, contractSize = 1 } = columns;
  const { tickSize } = options.grid;
  const lots = new LotReader(options, where);
  let builder: EventBuilder | undefined;
  let [all, unknown, repeated] = [0, 0, 0];
  csv.forEach((fields, line) => {
    all++;
    const text = timeText ? timeText(fields[time]!) : fields[time]!;
    builder ??= new EventBuilder(options.originMs ?? msOf(text) - 1000);
    const exchange = timeIn(fields, time, line, where, builder.originMs, text);
    const local =
      'column' in received
        ? timeIn(fields, received.column, line, where, builder.originMs)
        : exchange + received.latencyNs;
    const side = sideOf(fields, line);
    const ticks = ticksIn(fields, price, line, where, tickSize);
    const amount = lots.lots(numberIn(fields, size, line, where) * contractSize, line);
    const isRepeated = id !== null && fields[id] !== '' && !isNew(fields[id]!);
    if (isRepeated) repeated++;
    else if (side === 0) unknown++;
    else if (amount !== 0) builder.push(SEE.both, EVENT.trade, side, exchange, local, ticks, amount);
  });
  return { builder: builder ?? new EventBuilder(options.originMs ?? 0), lots, all, unknown, repeated };
}

/** A file that lists the newest first turned round, and counted from a second before the oldest unless an origin was given. */
function oldestFirst(events: BookEvents, origin: number | undefined): BookEvents {
  const { length, exchangeTime, localTime } = events;
  if (length < 2 || exchangeTime[0]! <= exchangeTime[length - 1]!) return events;
  for (const column of [events.side, exchangeTime, localTime, events.price, events.lots]) column.reverse();
  if (origin !== undefined) return events;
  const shiftMs = 1000 - Math.floor(exchangeTime[0]! / 1e6);
  for (const times of [exchangeTime, localTime]) for (let i = 0; i < length; i++) times[i]! += shiftMs * 1e6;
  return { ...events, originMs: events.originMs - shiftMs };
}
