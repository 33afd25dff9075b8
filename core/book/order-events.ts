import { TidegateError } from '../foundation/errors.ts';
import { type BookEvents, EVENT, EventBuilder, SEE } from './book-events.ts';

/** Rows of one source in file order, both times known. A row is only for the reader that it names. */
export interface RawEvents {
  readonly name: string;
  readonly events: BookEvents;
}

/**
 * Merges sources into one stream that is right for both readers. Each reader's rows are ordered by (its time, kind, source, row): at equal
 * times trades come before book changes, since the change is what the trade left, and marks and funding come last; then the order in which
 * the sources are given; then file order. A row that both orders reach together stays one row; one that they reach apart becomes two.
 * @throws TidegateError BOOK_ORIGIN_MISMATCH when the sources count time from different origins
 */
export function orderEvents(sources: readonly RawEvents[]): BookEvents {
  const originMs = sources[0]?.events.originMs ?? 0;
  for (const { name, events } of sources) {
    if (events.originMs !== originMs)
      throw new TidegateError(
        'BOOK_ORIGIN_MISMATCH',
        `${name} counts time from ${events.originMs} ms, others from ${originMs}`,
        { remedy: 'Give all sources of a run the same originMs when importing them.' },
      );
  }
  const rows = sources.flatMap(({ events }) => events);
  const byExchange = merged(rows, 'exchangeTime', SEE.exchange);
  const byLocal = merged(rows, 'localTime', SEE.local);
  const builder = new EventBuilder(originMs);
  const [n, m] = [byExchange.row.length, byLocal.row.length];
  let e = 0;
  let l = 0;
  while (e < n || l < m) {
    if (e < n && l < m && byExchange.row[e] === byLocal.row[l] && byExchange.source[e] === byLocal.source[l]) {
      emit(builder, rows, byExchange, e++, SEE.both);
      l++;
    } else if (l === m || (e < n && comesFirst(rows, byExchange, e, byLocal, l))) {
      emit(builder, rows, byExchange, e++, SEE.exchange);
    } else emit(builder, rows, byLocal, l++, SEE.local);
  }
  return builder.events();
}

/** Rows of several sources in one order. */
interface Order {
  readonly source: Uint8Array;
  readonly row: Uint32Array;
}

function emit(builder: EventBuilder, rows: readonly BookEvents[], order: Order, at: number, see: number): void {
  const from = rows[order.source[at]!]!;
  const i = order.row[at]!;
  const { kind, side, exchangeTime, localTime, price, lots } = from;
  builder.push(see, kind[i]!, side[i]!, exchangeTime[i]!, localTime[i]!, price[i]!, lots[i]!);
}

/** Whether the exchange's next row happened before the local reader's next row did. */
function comesFirst(rows: readonly BookEvents[], a: Order, e: number, b: Order, l: number): boolean {
  const left = rows[a.source[e]!]!;
  const right = rows[b.source[l]!]!;
  const difference = left.exchangeTime[a.row[e]!]! - right.exchangeTime[b.row[l]!]!;
  return difference < 0 || (difference === 0 && left.localTime[a.row[e]!]! < right.localTime[b.row[l]!]!);
}

function merged(rows: readonly BookEvents[], clock: 'exchangeTime' | 'localTime', reader: number): Order {
  const orders = rows.map((events) => sorted(events, clock, reader));
  const total = orders.reduce((sum, order) => sum + order.length, 0);
  const result = { source: new Uint8Array(total), row: new Uint32Array(total) };
  const heads = orders.map(() => 0);
  for (let at = 0; at < total; at++) {
    let best = -1;
    for (let s = 0; s < orders.length; s++) {
      if (heads[s] === orders[s]!.length) continue;
      if (best < 0 || compare(rows, clock, s, orders[s]![heads[s]!]!, best, orders[best]![heads[best]!]!) < 0) best = s;
    }
    result.source[at] = best;
    result.row[at] = orders[best]![heads[best]!++]!;
  }
  return result;
}

function compare(
  rows: readonly BookEvents[],
  clock: 'exchangeTime' | 'localTime',
  a: number,
  i: number,
  b: number,
  j: number,
): number {
  const difference = rows[a]![clock][i]! - rows[b]![clock][j]!;
  return difference !== 0 ? difference : rank(rows[a]!.kind[i]!) - rank(rows[b]!.kind[j]!);
}

/** Trades, then clears and levels (whose order within a source is the file's), then marks, indexes and funding. */
function rank(kind: number): number {
  if (kind === EVENT.trade) return 0;
  return kind === EVENT.depth || kind === EVENT.clear ? 1 : 2;
}

/** Numbers of a reader's rows by (time, rank, row); as they stand when the file is in order already. */
function sorted(events: BookEvents, clock: 'exchangeTime' | 'localTime', reader: number): Uint32Array {
  const { see, length, [clock]: times } = events;
  const all = new Uint32Array(length);
  let rows = 0;
  for (let i = 0; i < length; i++) if (see[i]! & reader) all[rows++] = i;
  const order = all.subarray(0, rows);
  const by = (i: number, j: number) => times[i]! - times[j]! || rank(events.kind[i]!) - rank(events.kind[j]!) || i - j;
  for (let i = 1; i < order.length; i++) if (by(order[i - 1]!, order[i]!) > 0) return order.sort(by);
  return order;
}
