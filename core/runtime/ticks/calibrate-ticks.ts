import { type BookEvents, EventBuilder } from '../../book/book-events.ts';
import { calibrateLatency, calibrateQueue, type QueueFit } from '../../book/calibrate.ts';
import type { DelayQuantiles } from '../../book/latency.ts';
import { liveOrders, type OrderRecord, orderTimeMs } from '../../data/ticks/live-orders.ts';
import type { TickKey } from '../../data/ticks/tick-store.ts';
import type { MarketData } from '../../ports/market-data.ts';
import { findTicks } from './tick-source.ts';

/** Queue models that are tried, the powers in steps. */
const POWERS = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5];
const CANDIDATES = [
  'riskAverse',
  'logProb',
  'logProb2',
  ...['powerProb', 'powerProb2', 'powerProb3'].flatMap((name) => POWERS.map((n) => `${name}(${n})`)),
];

/** Time around the orders that the market is replayed for, ms: the book has to be there before the first. */
const BEFORE_MS = 600_000;
const AFTER_MS = 60_000;

/** What own orders say of the way to an exchange and of its queues. */
export interface Calibration {
  readonly orders: number;
  readonly filled: number;
  /** Delays at 0, 5, …, 100 %, ns. */
  readonly latency: { readonly entry: DelayQuantiles; readonly response: DelayQuantiles };
  /** Best first, with the gap of every order. */
  readonly fits: readonly QueueFit[];
}

/**
 * Fits latency and queue model to own live orders: they are sent again, with their own delays, through the stored ticks of that time.
 * @throws TidegateError ORDERS_FILE, BOOK_CALIBRATION_FEW, TICKS_MISSING
 */
export async function calibrateTicks(
  data: MarketData,
  key: TickKey,
  records: readonly OrderRecord[],
  where: string,
): Promise<Calibration> {
  const times = records.flatMap((r) => [r.sent, r.answered, r.filled, r.cancelled].map((t) => orderTimeMs(t, where)));
  const known = times.filter((t) => !Number.isNaN(t));
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const t of known) {
    first = Math.min(first, t);
    last = Math.max(last, t);
  }
  const { parts, grid, originMs } = await findTicks(data, key, {
    from: Math.floor(first - BEFORE_MS),
    to: Math.ceil(last + AFTER_MS),
  });
  const events = await whole(parts, originMs);
  const orders = liveOrders(records, grid, originMs, where);
  const { entry, response } = calibrateLatency(orders);
  return {
    orders: orders.length,
    filled: orders.filter((o) => !Number.isNaN(o.filledAt)).length,
    latency: { entry, response },
    fits: calibrateQueue(events, orders, grid, CANDIDATES),
  };
}

/** All parts as one: a calibration goes through them again and again. */
async function whole(
  parts: Iterable<BookEvents> & { readonly isReady?: boolean; readonly ready?: () => Promise<void> },
  originMs: number,
): Promise<BookEvents> {
  const builder = new EventBuilder(originMs);
  const reader = parts[Symbol.iterator]();
  for (;;) {
    if (parts.ready && !parts.isReady) await parts.ready();
    const { done, value } = reader.next();
    if (done) return builder.events();
    const { length, see, kind, side, exchangeTime, localTime, price, lots } = value;
    for (let i = 0; i < length; i++)
      builder.push(see[i]!, kind[i]!, side[i]!, exchangeTime[i]!, localTime[i]!, price[i]!, lots[i]!);
  }
}
