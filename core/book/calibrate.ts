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
 * The market is played part by part, so memory is bounded by the parts and not by the time that the orders were spread over.
 */
export class QueueCalibration {
  readonly #orders: readonly LiveOrder[];
  readonly #replays: readonly OrderReplay[];

  /** @throws TidegateError BOOK_CALIBRATION_TOO_FEW without orders, BOOK_QUEUE_UNKNOWN */
  constructor(orders: readonly LiveOrder[], grid: LotGrid, candidates: readonly string[] = CANDIDATES) {
    if (orders.length === 0) throw tooFew(0, 1);
    this.#orders = orders;
    this.#replays = candidates.map((queue) => new OrderReplay(orders, grid, queue));
  }

  /** Goes through one more part of the market; parts follow each other in time and share their origin. */
  play(part: BookEvents): void {
    for (const replay of this.#replays) replay.play(part);
  }

  /** The models, best first, once all parts have been played. */
  fits(): readonly QueueFit[] {
    const less = (a: number, b: number) => (a === b || Number.isNaN(a) ? 0 : a - b);
    return this.#replays
      .map((replay) => fitOf(replay.queue, gapsOf(this.#orders, replay.end())))
      .sort((a, b) => b.agreeing - a.agreeing || less(a.medianGapNs, b.medianGapNs) || less(a.meanGapNs, b.meanGapNs));
  }
}

/** The orders on their way through the market under one queue model. */
class OrderReplay {
  readonly queue: string;
  readonly #grid: LotGrid;
  readonly #filledAt = new Map<number, number>();
  readonly #steps: readonly { readonly time: number; readonly order: LiveOrder; readonly isCancel: boolean }[];
  readonly #waiting: BookEvents[] = [];
  #broker: BookBroker | null = null;
  #next = 0;
  #end = 0;

  constructor(orders: readonly LiveOrder[], grid: LotGrid, queue: string) {
    this.queue = queue;
    this.#grid = grid;
    this.#steps = [...orders]
      .sort((a, b) => a.taken - b.taken)
      .flatMap((order) => [
        { time: order.taken, order, isCancel: false },
        ...(Number.isNaN(order.cancelledAt) ? [] : [{ time: order.cancelledAt, order, isCancel: true }]),
      ])
      .sort((a, b) => a.time - b.time);
  }

  play(part: BookEvents): void {
    this.#waiting.push(part);
    this.#broker ??= this.#begin();
    if (part.length > 0) this.#end = part.localTime[part.length - 1]!;
    this.#stepUntil(this.#end);
    this.#broker.advanceTo(Math.max(this.#end, this.#broker.now));
  }

  /** Exchange times of whole fills by order. */
  end(): ReadonlyMap<number, number> {
    if (!this.#broker) return this.#filledAt;
    this.#stepUntil(Number.POSITIVE_INFINITY);
    this.#broker.advanceTo(Math.max(this.#end, this.#broker.now) + 1e9);
    return this.#filledAt;
  }

  #stepUntil(end: number): void {
    const broker = this.#broker!;
    for (; this.#next < this.#steps.length && this.#steps[this.#next]!.time <= end; this.#next++) {
      const { time, order, isCancel } = this.#steps[this.#next]!;
      const { id, side, price, lots } = order;
      broker.advanceTo(Math.max(time, broker.now));
      if (isCancel) broker.cancel(id);
      else broker.submit({ id, side, price, lots });
    }
  }

  #begin(): BookBroker {
    const next = () => {
      const value = this.#waiting.shift();
      return value ? ({ done: false, value } as const) : ({ done: true, value: undefined } as const);
    };
    return new BookBroker({
      events: { isOpen: true, [Symbol.iterator]: () => ({ next }) } as Iterable<BookEvents>,
      grid: this.#grid,
      // Orders are handed over at the moment at which the exchange took them.
      latency: constantLatency({ entryNs: 0, responseNs: 0 }),
      queue: queueModel(this.queue, this.#grid.lotSize),
      fee: makerTaker({ maker: 0, taker: 0 }),
      selfTrade: 'none',
      onAnswer: (answer) => {
        if (answer.kind === 'filled') this.#filledAt.set(answer.orderId, answer.exchangeTime);
      },
    });
  }
}

function gapsOf(orders: readonly LiveOrder[], filledAt: ReadonlyMap<number, number>): OrderGap[] {
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
    'BOOK_CALIBRATION_TOO_FEW',
    `${found} live orders are too few to calibrate from: ${wanted} or more are needed`,
    {
      remedy: 'Trade for longer, or keep the default models.',
    },
  );
}
