import type { BookEvents, LotGrid } from '../book/book-events.ts';
import { eventsFromTables } from '../book/import/tables.ts';
import { TickParts } from '../data/ticks/tick-parts.ts';
import { missingTicks, type TickKey, tickDayInfo, tickDays } from '../data/ticks/tick-store.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData, TimeRange } from '../ports/market-data.ts';
import type { TickRunOptions } from './tick-options.ts';

/** Ticks that were found, ready for `runTicks`. */
export type TickSource = Pick<TickRunOptions, 'parts' | 'grid' | 'originMs'> & {
  /** What the rows are, for the input hash. */
  readonly hash: string;
};

/**
 * Finds the ticks of a pair: imported days first, else trades and book changes of the catalogue.
 * @throws TidegateError TICKS_MISSING naming what is stored
 */
export async function findTicks(data: MarketData, key: TickKey, range: TimeRange): Promise<TickSource> {
  const days = await tickDays(data.root, key, range);
  if (days.length > 0) {
    const parts = new TickParts(days, range);
    await parts.ready();
    const hashes = await Promise.all(days.map(async (day) => (await tickDayInfo(day)).hash));
    return { parts, grid: parts.grid, originMs: parts.originMs, hash: hashes.join(' ') };
  }
  const { exchange, pair } = key;
  try {
    const [trades, book] = [await data.trades(exchange, pair, range), await data.book(exchange, pair, range)];
    const first = Math.min(trades.time[0] ?? Number.POSITIVE_INFINITY, book.time[0] ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(first)) throw await missingTicks(data.root, key);
    const { spec } = await data.specAt(exchange, pair, first);
    const grid: LotGrid = { tickSize: spec.priceTick, lotSize: spec.amountStep };
    const originMs = Math.floor(first) - 1000;
    const parts: BookEvents[] = [eventsFromTables(trades, book, { grid, originMs })];
    const hash = await data.contentHash({ exchange, pair, type: 'book', timeframe: null }, { ...range });
    return { parts, grid, originMs, hash };
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'DATA_MISSING') throw await missingTicks(data.root, key);
    throw error;
  }
}
