import type { BookTable, TradeTable } from '../../domain/candles.ts';
import { type BookEvents, EVENT, EventBuilder, type LotGrid, SEE, toUnits } from '../book-events.ts';
import { orderEvents } from '../order-events.ts';

/**
 * Trades and book changes of a catalogue (one time each) as events: they are received `feedLatencyNs` after they happened. At equal times
 * trades come first, since the change is what they left.
 */
export function eventsFromTables(
  trades: TradeTable,
  book: BookTable,
  options: { readonly grid: LotGrid; readonly originMs: number; readonly feedLatencyNs?: number },
): BookEvents {
  const { grid, originMs, feedLatencyNs = 1_000_000 } = options;
  const at = (ms: number) => Math.round((ms - originMs) * 1e6);
  const prints = new EventBuilder(originMs);
  for (let i = 0; i < trades.length; i++) {
    const time = at(trades.time[i]!);
    const lots = toUnits(trades.amount[i]!, grid.lotSize);
    const ticks = toUnits(trades.price[i]!, grid.tickSize);
    if (lots > 0)
      prints.push(SEE.both, EVENT.trade, trades.side[i]! < 0 ? -1 : 1, time, time + feedLatencyNs, ticks, lots);
  }
  const changes = new EventBuilder(originMs);
  for (let i = 0; i < book.length; i++) {
    const time = at(book.time[i]!);
    if (book.kind[i] === 1) changes.push(SEE.both, EVENT.clear, 0, time, time + feedLatencyNs, 0, 0);
    const ticks = toUnits(book.price[i]!, grid.tickSize);
    const lots = toUnits(book.amount[i]!, grid.lotSize);
    changes.push(SEE.both, EVENT.depth, book.side[i]! > 0 ? 1 : -1, time, time + feedLatencyNs, ticks, lots);
  }
  return orderEvents([
    { name: 'trades', events: prints.events() },
    { name: 'book', events: changes.events() },
  ]);
}
