import { type BookEvents, EVENT, EventBuilder, SEE, sliceEvents } from '../../book/book-events.ts';
import { orderEvents } from '../../book/order-events.ts';
import type { TickKey } from '../../data/ticks/tick-store.ts';
import type { EventTable } from '../../domain/candles.ts';
import type { InstrumentKind } from '../../domain/instrument.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData, TimeRange } from '../../ports/market-data.ts';
import { markCandles } from '../load-market.ts';
import { hashOf } from '../result-of.ts';
import type { TickMarketOptions } from './tick-options.ts';
import type { TickSource } from './tick-source.ts';

type Parts = TickMarketOptions['parts'];

/**
 * The parts of a perpetual with what the catalogue stores beside its ticks merged in by time: mark prices (at each candle's close), funding
 * payments at the mark, open interest, liquidations. Ticks that hold rows of a kind themselves keep those. Feed latency of these rows is zero.
 */
export async function referenceParts(
  data: MarketData,
  key: TickKey,
  ticks: TickSource,
  range: TimeRange,
  kind: InstrumentKind,
): Promise<{ readonly parts: Parts; readonly hash: string; readonly notes: readonly string[] }> {
  if (kind !== 'perpetual') return { parts: ticks.parts, hash: '', notes: [] };
  const { exchange, pair } = key;
  const table = async (type: 'funding' | 'oi' | 'liquidations'): Promise<EventTable | null> =>
    orNothing(() => data.events(exchange, pair, type, range));
  const [funding, interest, liquidations] = [await table('funding'), await table('oi'), await table('liquidations')];
  const marks = await orNothing(() => markCandles(data, exchange, pair, range));
  const builder = new EventBuilder(ticks.originMs);
  const { tickSize, lotSize } = ticks.grid;
  const put = (what: number, ms: number, price: number, lots: number, side = 0) => {
    const time = Math.round((ms - ticks.originMs) * 1e6);
    if (time >= 0) builder.push(SEE.both, what, side, time, time, Math.round(price / tickSize), lots);
  };
  const mark = marks?.table;
  const markMs = marks ? timeframe(marks.frame).ms : 0;
  for (let i = 0; i < (mark?.length ?? 0); i++) put(EVENT.mark, mark!.time[i]! + markMs, mark!.close[i]!, 0);
  // A price of 0 becomes the last one known when the rows are merged.
  each(funding, ({ rate }, i, ms) => put(EVENT.funding, ms, 0, rate![i]!));
  each(interest, ({ amount }, i, ms) => put(EVENT.openInterest, ms, 0, Math.round(amount![i]! / lotSize)));
  each(liquidations, ({ side, price, amount }, i, ms) =>
    put(EVENT.liquidation, ms, price![i]!, Math.round(amount![i]! / lotSize), side![i]! > 0 ? 1 : -1),
  );
  const rows = orderEvents([{ name: 'stored series', events: builder.events() }]);
  const notes = funding ? [] : [`no stored funding of ${pair}: it is paid only where the ticks hold such rows`];
  if (rows.length === 0) return { parts: ticks.parts, hash: '', notes };
  return { parts: mergedParts(ticks.parts, rows), hash: hashOf([rows.exchangeTime, rows.lots]), notes };
}

function each(table: EventTable | null, put: (values: EventTable['values'], row: number, ms: number) => void): void {
  for (let i = 0; i < (table?.length ?? 0); i++) put(table!.values, i, table!.time[i]!);
}

async function orNothing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'DATA_MISSING') return null;
    throw error;
  }
}

/** Parts with rows of other series merged in: those before the first part's beginning and after the last one's end are left out. */
export function mergedParts(parts: Parts, rows: BookEvents): Parts {
  return {
    get isReady() {
      return parts.isReady ?? true;
    },
    ready: async () => parts.ready?.(),
    *[Symbol.iterator]() {
      let from = 0;
      let isFirst = true;
      let mark = 0;
      for (const part of parts) {
        if (part.length === 0) continue;
        if (isFirst) while (from < rows.length && rows.localTime[from]! < part.localTime[0]!) from++;
        isFirst = false;
        const end = part.localTime[part.length - 1]!;
        let to = from;
        while (to < rows.length && rows.localTime[to]! <= end) to++;
        const own = new Set(part.kind);
        const here = priced(part, sliceEvents(rows, from, to), own, mark);
        mark = here.mark;
        from = to;
        yield here.rows.length === 0
          ? part
          : orderEvents([
              { name: 'ticks', events: part },
              { name: 'stored series', events: here.rows },
            ]);
      }
    },
  };
}

/** The rows of kinds that the part does not have itself, funding at the last mark (or trade) price. */
function priced(
  part: BookEvents,
  rows: BookEvents,
  own: ReadonlySet<number>,
  markBefore: number,
): { readonly rows: BookEvents; readonly mark: number } {
  const builder = new EventBuilder(rows.originMs);
  let mark = markBefore;
  let trade = 0;
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    const kind = rows.kind[i]!;
    const time = rows.exchangeTime[i]!;
    for (; at < part.length && part.exchangeTime[at]! <= time; at++)
      if (part.kind[at] === EVENT.trade) trade = part.price[at]!;
    if (kind === EVENT.mark) mark = rows.price[i]!;
    if (own.has(kind)) continue;
    const price = rows.price[i]! > 0 ? rows.price[i]! : mark > 0 ? mark : trade;
    if (kind === EVENT.funding && price === 0) continue;
    builder.push(rows.see[i]!, kind, rows.side[i]!, time, rows.localTime[i]!, price, rows.lots[i]!);
  }
  return { rows: builder.events(), mark };
}
