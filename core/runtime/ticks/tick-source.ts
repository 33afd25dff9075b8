import type { BookEvents, LotGrid } from '../../book/book-events.ts';
import { eventsFromTables } from '../../book/import/tables.ts';
import { TickParts } from '../../data/ticks/tick-parts.ts';
import { missingTicks, type TickDay, type TickKey, tickDayInfo, tickDays } from '../../data/ticks/tick-store.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData, TimeRange } from '../../ports/market-data.ts';
import type { TickMarketOptions } from './tick-options.ts';

/** Ticks that were found, ready for `runTicks`. */
export type TickSource = Pick<TickMarketOptions, 'parts' | 'grid'> & {
  /** ms UTC of time 0 of the parts. */
  readonly originMs: number;
  /** What the rows are, for the input hash. */
  readonly hash: string;
};

/** ms UTC of the first stored tick day of a pair in the range, or of its first catalogue row; NaN where there is nothing. */
export async function firstTick(data: MarketData, key: TickKey, range: TimeRange): Promise<number> {
  const [day] = await tickDays(data.root, key, range);
  if (day) return Math.max(day.from, range.from ?? day.from);
  try {
    const [trades, book] = [
      await data.trades(key.exchange, key.pair, range),
      await data.book(key.exchange, key.pair, range),
    ];
    return Math.min(trades.time[0] ?? Number.POSITIVE_INFINITY, book.time[0] ?? Number.POSITIVE_INFINITY);
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'DATA_MISSING') return Number.NaN;
    throw error;
  }
}

/**
 * Finds the ticks of a pair: imported days first, else trades and book changes of the catalogue.
 * @param originMs ms UTC that times are counted from; a second before the first event unless given
 * @throws TidegateError TICKS_MISSING naming what is stored
 */
export async function findTicks(
  data: MarketData,
  key: TickKey,
  range: TimeRange,
  originMs?: number,
): Promise<TickSource> {
  const days = await tickDays(data.root, key, range);
  if (days.length > 0) {
    const parts = new TickParts(days, range, originMs, await dayBefore(data, key, days[0]!));
    await parts.ready();
    const hashes = await Promise.all(days.map(async (day) => (await tickDayInfo(day)).hash));
    return { parts, grid: parts.grid, originMs: parts.originMs, hash: hashes.join(' ') };
  }
  const { exchange, pair } = key;
  try {
    const [trades, book] = [await data.trades(exchange, pair, range), await data.book(exchange, pair, range)];
    const first = Math.min(trades.time[0] ?? Number.POSITIVE_INFINITY, book.time[0] ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(first)) throw await missingTicks(data.root, key, range);
    const { spec } = await data.specAt(exchange, pair, first);
    const grid: LotGrid = { tickSize: spec.priceTick, lotSize: spec.amountStep };
    const origin = originMs ?? Math.floor(first) - 1000;
    const parts: BookEvents[] = [eventsFromTables(trades, book, { grid, originMs: origin })];
    const hash = await data.contentHash({ exchange, pair, type: 'book', timeframe: null }, { ...range });
    return { parts, grid, originMs: origin, hash };
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'DATA_MISSING')
      throw await missingTicks(data.root, key, range);
    throw error;
  }
}

/** The stored day right before `day`, whose book is the one that it opens with. */
async function dayBefore(data: MarketData, key: TickKey, day: TickDay): Promise<TickDay | undefined> {
  const [found] = await tickDays(data.root, key, { from: day.from - 86_400_000, to: day.from });
  return found;
}
