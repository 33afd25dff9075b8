import { calibrateLatency, type OrderGap, QueueCalibration, type QueueFit } from '../../book/calibrate.ts';
import type { PartSource } from '../../book/event-parts.ts';
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

/** How far simulation and life are apart for an order, under the name that its record has. */
export type NamedGap = Omit<OrderGap, 'id'> & Pick<OrderRecord, 'id' | 'side' | 'price' | 'amount'>;

/** What own orders say of the way to an exchange and of its queues. */
export interface Calibration {
  readonly orders: number;
  readonly filled: number;
  /** ms UTC of what the times of gaps count from. */
  readonly originMs: number;
  /** Delays at 0, 5, …, 100 %, ns. */
  readonly latency: { readonly entry: DelayQuantiles; readonly response: DelayQuantiles };
  /** Best first, with the gap of every order. */
  readonly fits: readonly (Omit<QueueFit, 'gaps'> & { readonly gaps: readonly NamedGap[] })[];
}

/**
 * Fits latency and queue model to own live orders: they are sent again, with their own delays, through the stored ticks of that time.
 * @param shiftMs by how much the orders' clocks run ahead of the ticks', as on a replay exchange that plays the past
 * @throws TidegateError ORDERS_FILE, BOOK_CALIBRATION_TOO_FEW, TICKS_MISSING
 */
export async function calibrateTicks(
  data: MarketData,
  key: TickKey,
  records: readonly OrderRecord[],
  where: string,
  shiftMs = 0,
): Promise<Calibration> {
  const times = records.flatMap((r) => [r.sent, r.answered, r.filled, r.cancelled].map((t) => orderTimeMs(t, where)));
  const known = times.filter((t) => !Number.isNaN(t));
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const t of known) {
    first = Math.min(first, t - shiftMs);
    last = Math.max(last, t - shiftMs);
  }
  const { parts, grid, originMs } = await findTicks(data, key, {
    from: Math.floor(first - BEFORE_MS),
    to: Math.ceil(last + AFTER_MS),
  });
  const orders = liveOrders(records, grid, originMs + shiftMs, where);
  const { entry, response } = calibrateLatency(orders);
  const calibration = new QueueCalibration(orders, grid, CANDIDATES);
  await playAll(parts, calibration);
  return {
    orders: orders.length,
    filled: orders.filter((o) => !Number.isNaN(o.filledAt)).length,
    originMs: originMs + shiftMs,
    latency: { entry, response },
    fits: calibration.fits().map((fit) => ({ ...fit, gaps: fit.gaps.map((gap, i) => named(gap, records[i]!)) })),
  };
}

function named(gap: OrderGap, { id, side, price, amount }: OrderRecord): NamedGap {
  return { ...gap, id, side, price, amount };
}

async function playAll(parts: PartSource, calibration: QueueCalibration): Promise<void> {
  const reader = parts[Symbol.iterator]();
  for (;;) {
    if (parts.ready && !parts.isReady) await parts.ready();
    const { done, value } = reader.next();
    if (done) return;
    calibration.play(value);
  }
}
