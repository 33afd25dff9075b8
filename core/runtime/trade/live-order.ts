import type { Instrument } from '../../domain/tradable.ts';
import { ORDER_KIND, type Order, PURPOSE } from '../../engine/order.ts';
import type { ExchangeOrder, OrderRef, OrderRequest, RefusalCode } from '../../ports/exchange.ts';

/** One order at the venue, sent on behalf of an engine's order: an order that is amended or re-sent has several, one after the other. */
export interface Attempt {
  readonly intent: number;
  readonly attempt: number;
  readonly clientId: string;
  /** A trigger order, which has an id of its own and becomes another order. Some venues' spot stops turn out to be ordinary ones. */
  isTrigger: boolean;
  ticks: number;
  lots: number;
  /** Client id of the attempt that it was to take the place of; null where it was placed by itself. */
  readonly of: string | null;
  /** Where it was asked to move to, while it is not known whether it did. */
  moved: { readonly ticks: number; readonly lots: number } | null;
  /** ms UTC, machine time. */
  readonly sentAt: number;
  /** By when it had left, if it left: it may have waited for its turn. From then on the venue may lag in showing it. Machine time. */
  leftBy: number;
  exchangeId: string | null;
  /** Order that a trigger became. */
  childId: string | null;
  /** `placing`: sent, no answer yet. `unknown`: it may exist. */
  state: 'placing' | 'unknown' | 'working' | 'triggered' | 'ended';
  /** How the venue says it ended. */
  end: 'filled' | 'cancelled' | 'rejected' | 'expired' | null;
  reason: string | null;
  /** Lots that the venue says were filled, and lots of fills that were booked. */
  claimed: number;
  booked: number;
  /** Machine time since when the venue shows nothing of what it became; null while it does. */
  missingSince: number | null;
  /** We asked for its end. */
  isWithdrawn: boolean;
  /** Of two that were placed together and end each other: the same for both. */
  list: string | null;
}

/** What an order that is none of the engine's (a quote, an order by hand) asks for beyond what an engine's order can say. */
export interface FreeTerms {
  readonly timeInForce?: 'GTC' | 'IOC' | 'FOK';
  readonly reduceOnly?: boolean;
}

/** An order of the engine, or a free one, and what stands for it at the venue. */
export class LiveOrder {
  readonly order: Order;
  /** Of a free order; null for the engine's. It missed its moment when it was refused, and is moved in place where the venue can. */
  readonly terms: FreeTerms | null;
  /** Why the venue refused it last. */
  code: RefusalCode | null = null;
  readonly attempts: Attempt[] = [];
  /** The engine asked for its withdrawal. */
  isCancelled = false;
  /** Spot and netting: a stop that is away while an exit takes off its position. */
  isSuspended = false;
  /** A request is on its way. */
  isBusy = false;
  /** A timer will drive it on. */
  isWaiting = false;
  /** Machine time before which nothing more is sent. */
  notBefore = 0;
  failures = 0;
  /** Times that fills which the venue claims were looked for in vain. */
  searches = 0;
  /** The engine has been told of its end. */
  isReported = false;
  /** Price and amount that the venue refused: not to be asked for again. */
  refused: string | null = null;
  /** The venue does not take two at a time. */
  needsGap = false;

  constructor(order: Order, terms: FreeTerms | null = null) {
    this.order = order;
    this.terms = terms;
  }

  get isStop(): boolean {
    return this.order.kind === ORDER_KIND.stop;
  }

  get isEntry(): boolean {
    return this.order.purpose === PURPOSE.entry;
  }

  get openAttempts(): Attempt[] {
    return this.attempts.filter((a) => a.state !== 'ended');
  }

  get last(): Attempt | undefined {
    return this.attempts.at(-1);
  }

  /** Nothing of it is left at the venue, and the engine knows. */
  get isDone(): boolean {
    return !this.order.isOpen && this.openAttempts.length === 0 && this.unbooked === 0;
  }

  /** Lots that the venue says were filled and that no fill has been booked for. */
  get unbooked(): number {
    return Math.max(0, this.attempts.reduce((sum, a) => sum + a.claimed, 0) - this.order.filledLots);
  }

  /** Its standing at the venue is not known for sure: fills may yet turn out to be its own. */
  get isDoubtful(): boolean {
    const doubtful = (a: Attempt) =>
      a.state === 'unknown' || a.state === 'placing' || (a.state === 'triggered' && a.childId === null);
    return this.isBusy || this.attempts.some(doubtful);
  }

  /** Spot knows no orders that only reduce: another sell may have been quicker, and the rest of the account's coins are their owner's. */
  get #sellable(): number {
    const { restLots, slot } = this.order;
    return Math.min(restLots, slot.position?.lots ?? 0);
  }

  /** What should rest at the venue now: ticks and lots, or null for nothing. */
  get target(): { readonly ticks: number; readonly lots: number; readonly key: string } | null {
    const { order } = this;
    const lots = this.isEntry || order.slot.pair.instrument.isMargined ? order.restLots : this.#sellable;
    if (!order.isOpen || this.isCancelled || this.isSuspended || lots < 1) return null;
    return { ticks: order.ticks, lots, key: `${order.ticks} ${lots}` };
  }
}

/** An attempt that is about to be sent. */
export function newAttempt(
  live: LiveOrder,
  sent: Pick<Attempt, 'intent' | 'attempt' | 'clientId' | 'ticks' | 'lots' | 'sentAt'>,
): Attempt {
  const { intent, attempt, clientId, ticks, lots, sentAt } = sent;
  return {
    intent,
    attempt,
    clientId,
    isTrigger: live.isStop,
    ticks,
    lots,
    of: null,
    moved: null,
    sentAt,
    leftBy: sentAt,
    exchangeId: null,
    childId: null,
    state: 'placing',
    end: null,
    reason: null,
    claimed: 0,
    booked: 0,
    missingSince: null,
    isWithdrawn: false,
    list: null,
  };
}

/** True when an attempt is what should rest. */
export function meets(attempt: Attempt, target: { readonly ticks: number; readonly lots: number }): boolean {
  return attempt.ticks === target.ticks && attempt.lots - Math.max(attempt.booked, attempt.claimed) === target.lots;
}

/** How the venue knows an attempt. */
export function refOf({ order }: LiveOrder, attempt: Attempt): OrderRef {
  const { clientId: clientOrderId, exchangeId, isTrigger } = attempt;
  return { pair: order.slot.pair.pair, clientOrderId, exchangeId, isTrigger };
}

/** The same; of a trigger that went off, the order that it became. */
export function childRefOf(live: LiveOrder, attempt: Attempt): OrderRef {
  const ref = refOf(live, attempt);
  if (attempt.state !== 'triggered' || attempt.childId === null) return ref;
  return { ...ref, isTrigger: false, exchangeId: attempt.childId, clientOrderId: '' };
}

/** The request that an attempt is sent as. `mayReduceOnly`: the venue's position on the pair is this order's own. */
export function requestOf(
  { order, isStop, isEntry, terms }: LiveOrder,
  attempt: Attempt,
  mayReduceOnly: boolean,
): OrderRequest {
  const { instrument, pair } = order.slot.pair;
  const kind = (['market', 'limit', 'stop'] as const)[order.kind]!;
  return {
    clientOrderId: attempt.clientId,
    pair,
    side: order.sign > 0 ? 'buy' : 'sell',
    kind,
    amount: instrument.amount(attempt.lots),
    ...(attempt.ticks > 0 && { price: instrument.price(attempt.ticks) }),
    ...(((!isEntry && mayReduceOnly) || terms?.reduceOnly) && { reduceOnly: true }),
    ...(terms?.timeInForce && { timeInForce: terms.timeInForce }),
    ...(isStop && { trigger: 'last' as const }),
    ...(order.postOnly && { postOnly: true }),
    urgency: isEntry ? 'entry' : 'exit',
  };
}

/** Takes what the venue says of where an order rests that may have been moved. */
export function settleMove(attempt: Attempt, told: ExchangeOrder, { tick, lot }: Instrument): void {
  const { moved } = attempt;
  if (moved === null || told.isTrigger !== attempt.isTrigger || told.price === null) return;
  attempt.moved = null;
  const isThere = Math.round(told.price / tick) === moved.ticks && Math.round(told.amount / lot) === moved.lots;
  if (isThere) Object.assign(attempt, moved);
}

/** Takes what the venue says of an attempt's order; states only move forward. True when something changed. */
export function advance(attempt: Attempt, told: ExchangeOrder, lots: (amount: number) => number): boolean {
  if (attempt.state === 'ended') return false;
  const before = `${attempt.state} ${attempt.exchangeId} ${attempt.childId} ${attempt.claimed}`;
  const isOwn = told.isTrigger === attempt.isTrigger;
  if (isOwn) attempt.exchangeId ??= told.exchangeId;
  if (told.isTrigger) {
    if (told.childId !== null) attempt.childId = told.childId;
    // A trigger order never fills: what it became does.
    if (told.state === 'triggered' || told.state === 'filled') attempt.state = 'triggered';
    else if (told.state === 'working') {
      if (attempt.state !== 'triggered') attempt.state = 'working';
    } else if (attempt.state !== 'triggered' || attempt.childId === null)
      // It went off and became nothing.
      end(attempt, told);
  } else {
    attempt.claimed = Math.max(attempt.claimed, lots(told.filled));
    if (told.state === 'working' || told.state === 'triggered') {
      if (attempt.state !== 'triggered') attempt.state = 'working';
    } else end(attempt, told);
  }
  return before !== `${attempt.state} ${attempt.exchangeId} ${attempt.childId} ${attempt.claimed}`;
}

function end(attempt: Attempt, told: ExchangeOrder): void {
  attempt.state = 'ended';
  attempt.end = told.state as NonNullable<Attempt['end']>;
  attempt.reason = told.reason;
}
