import { type BookEvents, EVENT } from '../../book/book-events.ts';
import type { PartSource } from '../../book/event-parts.ts';
import { queueModel } from '../../book/queue-models.ts';
import { tickKeys } from '../../data/ticks/tick-store.ts';
import type { CandleTable } from '../../domain/candles.ts';
import type { ReplayListing } from '../../exchange/replay/replay-exchange.ts';
import { symbolFromSpec } from '../../exchange/replay/replay-symbol.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData, TimeRange } from '../../ports/market-data.ts';
import { findTicks, firstTick } from './tick-source.ts';

/** Candles of history that a replay of books shows, where they are stored. */
const HISTORY_MS = 3 * 86_400_000;
const MINUTE_MS = 60_000;

/** Which stored trades and books a replay exchange plays. */
export interface RecordingChoice {
  readonly data: MarketData;
  readonly exchange?: string;
  /** Absent: every pair with stored ticks. */
  readonly pairs?: readonly string[];
  /** First market time, ms UTC; absent: that of the first stored row. */
  readonly start?: number;
  /** Market time to play, ms. */
  readonly lengthMs: number;
  /** Queue model of resting orders, such as `powerProb3(3)`. */
  readonly queue: string;
}

/**
 * Stored trades and books as listings of the replay exchange, with the candles before them as history. Imported days are read one by one as they are
 * played, at most three of them in memory.
 * @throws TidegateError TICKS_MISSING, BOOK_QUEUE_UNKNOWN, CONFIG_VALUE
 */
export async function recordedListings(
  choice: RecordingChoice,
): Promise<{ readonly listings: readonly ReplayListing[]; readonly start: number }> {
  const { data, lengthMs, queue } = choice;
  const stored = await tickKeys(data.root);
  const pairs = choice.pairs ?? [...new Set(stored.map((key) => key.pair))];
  const exchange = choice.exchange ?? stored.find((key) => key.pair === pairs[0])?.exchange ?? 'binance';
  if (pairs.length === 0)
    throw new TidegateError('CONFIG_VALUE', 'there are no stored ticks, and no pair was given', {
      where: data.root,
      remedy: 'Run "tidegate ticks import" first, or name pairs whose trades and books the catalogue holds.',
    });
  const firsts = await Promise.all(pairs.map((pair) => firstTick(data, { exchange, pair }, rangeOf(choice.start))));
  const start = choice.start ?? Math.floor(Math.min(...firsts.filter((first) => !Number.isNaN(first))));
  const range = { ...rangeOf(start), ...(Number.isFinite(start) && { to: start + lengthMs }) };
  const listings: ReplayListing[] = [];
  let first = Number.POSITIVE_INFINITY;
  for (const pair of pairs) {
    const { parts: source, grid } = await findTicks(data, { exchange, pair }, range);
    const { spec } = await data.specAt(exchange, pair, start);
    const { part, parts } = await begun(source);
    if (part !== undefined && part.length > 0) first = Math.min(first, part.originMs + part.exchangeTime[0]! / 1e6);
    const hasFunding = (await data.latest({ exchange, pair, type: 'funding', timeframe: null })) !== null;
    listings.push({
      symbol: symbolFromSpec({ ...spec, priceTick: grid.tickSize, amountStep: grid.lotSize }),
      candles: await historyOf(data, exchange, pair, start, firstPrice(part) * grid.tickSize),
      ...(hasFunding && { funding: await data.events(exchange, pair, 'funding') }),
      recording: { parts, queue: queueModel(queue, grid.lotSize) },
    });
  }
  // A day that was asked for may begin later than asked.
  return { listings, start: Number.isFinite(first) ? Math.max(start, Math.floor(first)) : start };
}

function rangeOf(start: number | undefined): TimeRange {
  return start !== undefined && Number.isFinite(start) ? { from: start } : {};
}

/** The first part, and all of them: that one has been read. */
async function begun(
  source: PartSource,
): Promise<{ readonly part: BookEvents | undefined; readonly parts: PartSource }> {
  await source.ready?.();
  const rest = source[Symbol.iterator]();
  const { done, value } = rest.next();
  const part = done ? undefined : value;
  // Whoever plays it asks for the second one before it waits for anything.
  await source.ready?.();
  return {
    part,
    parts: {
      get isReady() {
        return source.isReady !== false;
      },
      ready: async () => source.ready?.(),
      [Symbol.iterator]() {
        let first = part;
        return {
          next() {
            if (first === undefined) return rest.next();
            const value = first;
            first = undefined;
            return { done: false, value };
          },
        };
      },
    },
  };
}

/** Ticks of the first row that has a price. */
function firstPrice(part: BookEvents | undefined): number {
  if (part === undefined) return 1;
  const { length, kind, price } = part;
  for (let i = 0; i < length; i++) if (kind[i] === EVENT.trade || kind[i] === EVENT.depth) return price[i]!;
  return 1;
}

/** Stored minutes before the start; where there are none, one that stands at the first price. */
async function historyOf(
  data: MarketData,
  exchange: string,
  pair: string,
  start: number,
  price: number,
): Promise<CandleTable> {
  const to = Math.floor(start / MINUTE_MS) * MINUTE_MS;
  try {
    const table = await data.candles(exchange, pair, '1m', { from: to - HISTORY_MS, to });
    if (table.length > 0) return table;
  } catch (error) {
    if (!(error instanceof TidegateError && error.code.startsWith('DATA_MISSING'))) throw error;
  }
  const one = (value: number) => Float64Array.of(value);
  return {
    length: 1,
    time: one(to - MINUTE_MS),
    open: one(price),
    high: one(price),
    low: one(price),
    close: one(price),
    volume: one(0),
  };
}
