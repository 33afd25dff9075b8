import { type BookEvents, sliceEvents } from '../../book/book-events.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ColumnSet } from '../store/column-set.ts';

const NAMES = ['exchange', 'local', 'see', 'kind', 'side', 'price', 'lots'] as const;
const DAY_NS = 86_400e9;

/** Events as the columns of a stored day: both times in whole ns since the day began, prices in ticks, amounts in lots; `time` is the exchange's ms. */
export function columnsOf(events: BookEvents, dayMs: number): ColumnSet {
  const { length, originMs } = events;
  const shift = (originMs - dayMs) * 1e6;
  const moved = (from: Float64Array) => from.map((t) => t + shift);
  const exchange = moved(events.exchangeTime);
  return {
    length,
    columns: {
      time: exchange.map((t) => dayMs + Math.floor(t / 1e6)),
      exchange,
      local: moved(events.localTime),
      see: Float64Array.from(events.see),
      kind: Float64Array.from(events.kind),
      side: Float64Array.from(events.side),
      price: Float64Array.from(events.price),
      lots: events.lots.slice(),
    },
  };
}

/**
 * The columns of a stored day as events that count time from `originMs`.
 * @throws TidegateError TICKS_FORMAT when a column is missing
 */
export function eventsOf(set: ColumnSet, dayMs: number, originMs: number): BookEvents {
  for (const name of NAMES)
    if (!set.columns[name])
      throw new TidegateError('TICKS_FORMAT', `stored ticks have no column "${name}"`, {
        remedy: 'Remove that day and import it again.',
      });
  const c = set.columns as Readonly<Record<(typeof NAMES)[number], Float64Array>>;
  const shift = (dayMs - originMs) * 1e6;
  const moved = (from: Float64Array) => {
    for (let i = 0; i < from.length; i++) from[i]! += shift;
    return from;
  };
  return {
    length: set.length,
    originMs,
    see: Uint8Array.from(c.see),
    kind: Uint8Array.from(c.kind),
    side: Int8Array.from(c.side),
    exchangeTime: moved(c.exchange),
    localTime: moved(c.local),
    price: Int32Array.from(c.price),
    lots: c.lots,
  };
}

/** The same events counted from another origin. @throws TidegateError TICKS_ORIGIN when exact nanoseconds would not fit (104 days) */
export function rebased(events: BookEvents, originMs: number): BookEvents {
  const shift = (events.originMs - originMs) * 1e6;
  if (shift === 0) return events;
  const last = events.length > 0 ? events.localTime[events.length - 1]! + shift : 0;
  if (Math.abs(shift) > 2 ** 53 || last > 2 ** 53)
    throw new TidegateError('TICKS_ORIGIN', 'ticks further than 104 days from their origin lose nanoseconds', {
      remedy: 'Import or run shorter stretches.',
    });
  return {
    ...events,
    originMs,
    exchangeTime: events.exchangeTime.map((t) => t + shift),
    localTime: events.localTime.map((t) => t + shift),
  };
}

/** Cuts events at UTC midnights, by the time of the reader that a row is for (the exchange's where it is for both). Row order is kept. */
export function byDay(events: BookEvents): { readonly day: string; readonly events: BookEvents }[] {
  const { length, originMs, see, exchangeTime, localTime } = events;
  const dayOf = (ns: number) => Math.floor((originMs * 1e6 + ns) / DAY_NS);
  const timeAt = (i: number) => (see[i]! & 1 ? exchangeTime[i]! : localTime[i]!);
  const days: { day: string; events: BookEvents }[] = [];
  let from = 0;
  while (from < length) {
    const day = dayOf(timeAt(from));
    let to = from + 1;
    while (to < length && dayOf(timeAt(to)) <= day) to++;
    days.push({
      day: new Date((day * DAY_NS) / 1e6).toISOString().slice(0, 10),
      events: sliceEvents(events, from, to),
    });
    from = to;
  }
  return days;
}
