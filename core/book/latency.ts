import { TidegateError } from '../foundation/errors.ts';
import { drawAt } from '../foundation/rng.ts';

/** How long a message takes, ns; `rejected` when the exchange was too busy to take it (the answer says so after the delay). */
export type Delay =
  | { readonly kind: 'delivered'; readonly ns: number }
  | { readonly kind: 'rejected'; readonly ns: number };

/** Entry latency (us to the matching engine) and response latency (back to us), apart. Feed latency is in the events' two times. */
export interface LatencyModel {
  /** The least that a request and its answer take together, ns. */
  readonly leastNs: number;
  /** The least that a request takes on its way, ns. */
  readonly leastEntryNs: number;
  /** For a request sent at `time` (ns, ours); `message` numbers all requests of the run. */
  entry(time: number, message: number): Delay;
  /** For an answer that leaves the exchange at `time` (ns, the exchange's); `message` numbers all answers of the run. */
  response(time: number, message: number): number;
}

/** The same delays always. */
export function constantLatency(delays: { readonly entryNs: number; readonly responseNs: number }): LatencyModel {
  const entry: Delay = { kind: 'delivered', ns: nonNegative('entryNs', delays.entryNs) };
  const response = nonNegative('responseNs', delays.responseNs);
  return {
    leastNs: delays.entryNs + response,
    leastEntryNs: delays.entryNs,
    entry: () => entry,
    response: () => response,
  };
}

/** Quantiles of a delay at evenly spaced probabilities from 0 to 1, ns; values between are interpolated. */
export type DelayQuantiles = readonly number[];

/**
 * Delays drawn from given quantiles (measured ones, say). Draws are keyed by seed and message number, so that one message more or less
 * shifts no other's draw. `rejectProbability` is the chance that a request is refused for overload.
 */
export function distributedLatency(options: {
  readonly entry: DelayQuantiles;
  readonly response: DelayQuantiles;
  readonly seed: string | number;
  readonly rejectProbability?: number;
}): LatencyModel {
  const { entry, response, seed, rejectProbability = 0 } = options;
  for (const [name, quantiles] of [
    ['entry', entry],
    ['response', response],
  ] as const) {
    if (quantiles.length < 2) throw invalid(`${name} needs at least two quantiles, not ${quantiles.length}`);
    quantiles.forEach((value, i) => {
      nonNegative(`${name}[${i}]`, value);
      if (i > 0 && value < quantiles[i - 1]!) throw invalid(`${name} quantiles must ascend`);
    });
  }
  return {
    leastNs: Math.floor(entry[0]!) + Math.floor(response[0]!),
    leastEntryNs: Math.floor(entry[0]!),
    entry(_time, message) {
      const ns = quantileAt(entry, drawAt(seed, 'entry', message));
      const isRejected = rejectProbability > 0 && drawAt(seed, 'reject', message) < rejectProbability;
      return { kind: isRejected ? 'rejected' : 'delivered', ns };
    },
    response: (_time, message) => quantileAt(response, drawAt(seed, 'response', message)),
  };
}

function quantileAt(quantiles: DelayQuantiles, p: number): number {
  const at = p * (quantiles.length - 1);
  const i = Math.min(quantiles.length - 2, Math.floor(at));
  return Math.round(quantiles[i]! + (at - i) * (quantiles[i + 1]! - quantiles[i]!));
}

/** Orders recorded live, by ascending send time: when each was sent, taken by the exchange, and answered (ns since the origin). */
export interface RecordedOrders {
  readonly sent: ArrayLike<number>;
  readonly taken: ArrayLike<number>;
  readonly answered: ArrayLike<number>;
}

/** Delays interpolated in time between recorded orders; before the first and after the last, those of the nearest one. */
export function recordedLatency(orders: RecordedOrders): LatencyModel {
  const n = orders.sent.length;
  if (n === 0) throw invalid('no recorded orders');
  for (let i = 0; i < n; i++) {
    const isOrdered = orders.sent[i]! <= orders.taken[i]! && orders.taken[i]! <= orders.answered[i]!;
    if (!isOrdered || (i > 0 && orders.sent[i]! < orders.sent[i - 1]!))
      throw invalid(`recorded order ${i} is out of order`);
  }
  const least = (from: ArrayLike<number>, to: ArrayLike<number>) => {
    let delay = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) delay = Math.min(delay, to[i]! - from[i]!);
    return Math.floor(delay);
  };
  return {
    leastNs: least(orders.sent, orders.taken) + least(orders.taken, orders.answered),
    leastEntryNs: least(orders.sent, orders.taken),
    entry: (time) => ({ kind: 'delivered', ns: interpolate(orders.sent, orders.taken, time) }),
    response: (time) => interpolate(orders.taken, orders.answered, time),
  };
}

/** Delay `to - from` at `time`, linear between the neighbours of `time` in `from`; parts of a ns of what is added to the earlier one fall away, as in hftbacktest. */
function interpolate(from: ArrayLike<number>, to: ArrayLike<number>, time: number): number {
  let low = 0;
  let high = from.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (from[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  const delay = (i: number) => to[i]! - from[i]!;
  if (low === 0) return delay(0);
  if (low === from.length) return delay(low - 1);
  const [before, after] = [delay(low - 1), delay(low)];
  const slope = (after - before) / (from[low]! - from[low - 1]!);
  return before + Math.trunc(slope * (time - from[low - 1]!));
}

function nonNegative(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw invalid(`${name} must be 0 or more, not ${value}`);
}

function invalid(what: string): TidegateError {
  return new TidegateError('BOOK_LATENCY', `the latency model cannot be used: ${what}`, {
    remedy: 'Give delays of 0 or more, or orders that were recorded in order of time.',
  });
}
