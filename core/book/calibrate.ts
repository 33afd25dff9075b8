import { TidegateError } from '../foundation/errors.ts';
import { makerTaker } from './account.ts';
import { BookBroker } from './book-broker.ts';
import type { BookEvents, LotGrid } from './book-events.ts';
import type { BookSide } from './book-order.ts';
import { constantLatency, type DelayQuantiles, type LatencyModel, recordedLatency } from './latency.ts';
import { queueModel } from './queue-models.ts';

/** A resting order as it went live. Times ns since the events' origin; ticks and lots. */
export interface LiveOrder {
  readonly id: number;
  readonly side: BookSide;
  readonly price: number;
  readonly lots: number;
  /** Sent by us, taken by the exchange, answered to us. */
  readonly sent: number;
  readonly taken: number;
  readonly answered: number;
  /** Exchange time at which it was filled whole; NaN where it was not. */
  readonly filledAt: number;
  /** Exchange time at which it was withdrawn; NaN where it stayed. */
  readonly cancelledAt: number;
}

/** How far simulation and life are apart for one order. */
export interface OrderGap {
  readonly id: number;
  readonly livedAt: number;
  readonly simulatedAt: number;
  /** simulated - lived, ns; NaN where not both were filled. */
  readonly gapNs: number;
  readonly verdict: 'both' | 'neither' | 'onlyLive' | 'onlySimulated';
}

/** A queue model's fit to the live orders. */
export interface QueueFit {
  readonly queue: string;
  /** Orders about which simulation and life agree whether they were filled. */
  readonly agreeing: number;
  readonly onlyLive: number;
  readonly onlySimulated: number;
  /** Median |gap| of orders filled in both, ns; NaN without any. */
  readonly medianGapNs: number;
  /** Mean of the same. */
  readonly meanGapNs: number;
  readonly gaps: readonly OrderGap[];
}

const CANDIDATES = [
  'riskAverse',
  'logProb',
  'logProb2',
  'powerProb(1)',
  'powerProb(2)',
  'powerProb2(2)',
  'powerProb3(1)',
  'powerProb3(2)',
  'powerProb3(3)',
];

/** Quantiles of entry and response delays of live orders, for `distributedLatency`, and the interpolating model itself. */
export function calibrateLatency(
  orders: readonly LiveOrder[],
  points = 21,
): { readonly entry: DelayQuantiles; readonly response: DelayQuantiles; readonly model: LatencyModel } {
  if (orders.length < 2) throw tooFew(orders.length, 2);
  const sorted = [...orders].sort((a, b) => a.sent - b.sent);
  const quantiles = (delays: readonly number[]) => {
    const ascending = [...delays].sort((a, b) => a - b);
    return Array.from({ length: points }, (_, i) => {
      const at = (i / (points - 1)) * (ascending.length - 1);
      const low = Math.floor(at);
      const high = Math.min(ascending.length - 1, low + 1);
      return Math.round(ascending[low]! + (at - low) * (ascending[high]! - ascending[low]!));
    });
  };
  return {
    entry: quantiles(sorted.map((o) => o.taken - o.sent)),
    response: quantiles(sorted.map((o) => o.answered - o.taken)),
    model: recordedLatency({
      sent: sorted.map((o) => o.sent),
      taken: sorted.map((o) => o.taken),
      answered: sorted.map((o) => o.answered),
    }),
  };
}

/**
 * Sends the live orders again in a simulation of the recorded market under each queue model, with their own delays, and ranks the models: most
 * agreement on what was filled first, then the smallest median gap, then the smallest mean gap. With few fills the ranking says little: look at the gaps.
 * @throws TidegateError BOOK_CALIBRATION_FEW without orders
 */
export function calibrateQueue(
  events: BookEvents,
  orders: readonly LiveOrder[],
  grid: LotGrid,
  candidates: readonly string[] = CANDIDATES,
): readonly QueueFit[] {
  if (orders.length === 0) throw tooFew(0, 1);
  const fits = candidates.map((queue) => fitOf(queue, replayOrders(events, orders, grid, queue)));
  const less = (a: number, b: number) => (a === b || Number.isNaN(a) ? 0 : a - b);
  return fits.sort(
    (a, b) => b.agreeing - a.agreeing || less(a.medianGapNs, b.medianGapNs) || less(a.meanGapNs, b.meanGapNs),
  );
}

function replayOrders(events: BookEvents, orders: readonly LiveOrder[], grid: LotGrid, queue: string): OrderGap[] {
  const filledAt = new Map<number, number>();
  const byTaken = [...orders].sort((a, b) => a.taken - b.taken);
  const broker = new BookBroker({
    events,
    grid,
    // Orders are handed over at the moment at which the exchange took them.
    latency: constantLatency({ entryNs: 0, responseNs: 0 }),
    queue: queueModel(queue, grid.lotSize),
    fee: makerTaker({ maker: 0, taker: 0 }),
    selfTrade: 'none',
    onAnswer: (answer) => {
      if (answer.kind === 'filled') filledAt.set(answer.orderId, answer.exchangeTime);
    },
  });
  const steps = byTaken.flatMap((order) => [
    {
      time: order.taken,
      run: () => broker.submit({ id: order.id, side: order.side, price: order.price, lots: order.lots }),
    },
    ...(Number.isNaN(order.cancelledAt) ? [] : [{ time: order.cancelledAt, run: () => broker.cancel(order.id) }]),
  ]);
  for (const { time, run } of steps.sort((a, b) => a.time - b.time)) {
    broker.advanceTo(Math.max(time, broker.now));
    run();
  }
  const end = events.length === 0 ? 0 : events.localTime[events.length - 1]!;
  broker.advanceTo(Math.max(end, broker.now) + 1e9);
  return orders.map(({ id, filledAt: livedAt }) => {
    const simulatedAt = filledAt.get(id) ?? Number.NaN;
    const [isLive, isSimulated] = [!Number.isNaN(livedAt), !Number.isNaN(simulatedAt)];
    const verdict = isLive ? (isSimulated ? 'both' : 'onlyLive') : isSimulated ? 'onlySimulated' : 'neither';
    return { id, livedAt, simulatedAt, gapNs: simulatedAt - livedAt, verdict };
  });
}

function fitOf(queue: string, gaps: readonly OrderGap[]): QueueFit {
  const count = (verdict: OrderGap['verdict']) => gaps.filter((g) => g.verdict === verdict).length;
  const sizes = gaps
    .filter((g) => g.verdict === 'both')
    .map((g) => Math.abs(g.gapNs))
    .sort((a, b) => a - b);
  return {
    queue,
    agreeing: count('both') + count('neither'),
    onlyLive: count('onlyLive'),
    onlySimulated: count('onlySimulated'),
    medianGapNs: sizes.length === 0 ? Number.NaN : sizes[Math.floor((sizes.length - 1) / 2)]!,
    meanGapNs: sizes.reduce((sum, size) => sum + size / sizes.length, sizes.length === 0 ? Number.NaN : 0),
    gaps,
  };
}

function tooFew(found: number, wanted: number): TidegateError {
  return new TidegateError(
    'BOOK_CALIBRATION_FEW',
    `${found} live orders are too few to calibrate from: ${wanted} or more are needed`,
    {
      remedy: 'Trade for longer, or keep the default models.',
    },
  );
}
