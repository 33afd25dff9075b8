import type { Answer, OrderRequest } from '../../../book/book-order.ts';
import type { Instrument } from '../../../domain/tradable.ts';
import type { PairSurface } from '../../../strategy/pair-surface.ts';
import type { OrderRequestOfAuthor, QuoteLevel, QuoteWish } from '../../../strategy/quotes.ts';
import type { MessageMeter } from './message-limits.ts';
import { planQuotes, type RestingQuote, type WantedLevel } from './quote-plan.ts';

/** The part of a broker that quotes and orders by hand go to. */
export interface RequestSink {
  submit(request: OrderRequest): void;
  cancel(id: number): void;
  amend(id: number, change: { readonly price?: number; readonly left?: number }): void;
}

/** An order that the engine did not make: a quote, or one by hand. */
export interface OwnOrder {
  readonly id: number;
  readonly sign: 1 | -1;
  readonly isQuote: boolean;
  readonly tag: string | null;
  /** NaN for market orders. */
  ticks: number;
  lots: number;
  pending: 'none' | 'new' | 'cancel' | 'amend';
}

/** What quotes and orders by hand of one strategy on one instrument are wired from. */
export interface OwnOrdersOptions {
  readonly surface: PairSurface;
  readonly instrument: Instrument;
  readonly sink: RequestSink;
  readonly meter: MessageMeter;
  /** Ticks within which a resting quote counts as the wanted one. */
  readonly tolerance?: number;
  /** Most lots of a side that position and cash allow at a price. */
  readonly cap?: (sign: 1 | -1, ticks: number, lots: number) => number;
  /** False while another strategy owns the instrument: nothing new is sent then. */
  readonly mayOpen?: () => boolean;
}

/** Refused for taking: the same price is not tried again before this long, ns. */
const RETRY_NS = 50e6;
const NONE: readonly WantedLevel[] = [];

/**
 * Quotes and orders by hand of one strategy on one instrument: turns wishes into requests as limits allow, and keeps what has been answered.
 * Knows no money: fills are booked by the venue.
 */
export class OwnOrders {
  readonly open = new Map<number, OwnOrder>();
  /** Engine time at which something that waits may be sent, ns; Infinity when nothing waits for time. */
  retryAt = Number.POSITIVE_INFINITY;
  readonly #options: OwnOrdersOptions;
  readonly #tolerance: number;
  /** By side (bids, asks): price that was refused as taking, and until when it is left alone. */
  readonly #refusedTicks = [Number.NaN, Number.NaN];
  readonly #refusedUntil = [0, 0];
  /** Quotes among the open ones: bids, asks. */
  readonly #quotes: readonly [OwnOrder[], OwnOrder[]] = [[], []];
  /** The standing wish in ticks and lots: bids, asks. */
  #levels: readonly [readonly WantedLevel[], readonly WantedLevel[]] | null = null;
  /** The standing wish is not reached yet. */
  #isOpen = false;
  /** A level of the side at hand was left out because its price was just refused. */
  #isHeldBack = false;

  constructor(options: OwnOrdersOptions) {
    this.#options = options;
    this.#tolerance = options.tolerance ?? 0;
  }

  /** Lots of a side that rest at a price as far as is known: what a live book shows of our own. */
  lotsAt(sign: 1 | -1, ticks: number): number {
    let lots = 0;
    for (const order of this.open.values())
      if (order.sign === sign && order.ticks === ticks && order.pending !== 'new') lots += order.lots;
    return lots;
  }

  /** Sends what the strategy asked for since the last event, and what waits. Engine time, ns. */
  settle(time: number): void {
    const { surface } = this.#options;
    if (surface.requests.length === 0 && !surface.hasNewWish && !this.#isOpen) return;
    this.retryAt = Number.POSITIVE_INFINITY;
    if (surface.requests.length > 0) this.#handRequests(time);
    if (surface.hasNewWish) {
      surface.hasNewWish = false;
      this.#isOpen = true;
      this.#levels = null;
    }
    if (this.#isOpen && surface.wish !== null) this.#reach(surface.wish, time);
  }

  /** Takes an answer about an own order; the order is gone from `open` when it has ended. */
  answer(order: OwnOrder, { kind, left, price, reason }: Answer, time: number): void {
    order.lots = left;
    if (kind === 'amended') order.ticks = price;
    if (kind === 'accepted' || kind === 'amended' || kind === 'cancelRejected' || kind === 'amendRejected') {
      order.pending = 'none';
    } else if (kind !== 'partiallyFilled' && kind !== 'triggered') {
      this.open.delete(order.id);
      if (order.isQuote) takeOut(this.#quotes[order.sign > 0 ? 0 : 1], order);
      else this.#options.surface.open.delete(order.id);
      if (reason === 'wouldTake') {
        const at = order.sign > 0 ? 0 : 1;
        this.#refusedTicks[at] = order.ticks;
        this.#refusedUntil[at] = time + RETRY_NS;
      }
    }
    // What was accepted as it was sent leaves the wish as near as it was.
    if (kind !== 'accepted' && kind !== 'amended') this.#isOpen = true;
  }

  /** Sends requests by hand in their order; the first that limits hold back keeps those after it waiting. */
  #handRequests(time: number): void {
    const { requests } = this.#options.surface;
    let sent = 0;
    while (sent < requests.length && this.#byHand(requests[sent]!, time)) sent++;
    requests.splice(0, sent);
    if (requests.length > 0) {
      this.retryAt = this.#options.meter.readyAt(time);
      this.#isOpen = true;
    }
  }

  /** False when it has to wait. */
  #byHand(request: OrderRequestOfAuthor, time: number): boolean {
    const { surface, instrument, sink, meter, mayOpen } = this.#options;
    if (request.kind !== 'submit') {
      const order = this.open.get(request.id);
      if (!order) return true;
      if (!meter.allows(time, request.kind === 'cancel')) return false;
      order.pending = request.kind;
      if (request.kind === 'cancel') sink.cancel(request.id);
      else {
        const { price, amount } = request.change;
        sink.amend(request.id, {
          ...(price !== undefined && { price: instrument.ticksNear(price) }),
          ...(amount !== undefined && { left: Math.max(1, instrument.lots(amount)) }),
        });
      }
      return true;
    }
    const { order, id } = request;
    const sign = order.side === 'buy' ? 1 : -1;
    const lots = instrument.lots(order.amount);
    const isRefused = lots < Math.max(1, instrument.minLots) || (!order.reduceOnly && mayOpen?.() === false);
    if (isRefused) {
      surface.open.delete(id);
      return true;
    }
    if (!meter.allows(time, false)) return false;
    const ticks =
      order.price === undefined
        ? Number.NaN
        : sign > 0
          ? instrument.ticksDown(order.price)
          : instrument.ticksUp(order.price);
    this.#send(
      { id, sign, isQuote: false, tag: order.tag ?? null, ticks, lots, pending: 'new' },
      {
        ...(order.timeInForce && { timeInForce: order.timeInForce }),
        ...(order.postOnly && { postOnly: true }),
        ...(order.reduceOnly && { reduceOnly: true }),
      },
    );
    return true;
  }

  #reach(wish: QuoteWish, time: number): void {
    const mayOpen = this.#options.mayOpen?.() ?? true;
    this.#levels ??= [this.#merged(wish.bids, 1), this.#merged(wish.asks, -1)];
    const isBidsReached = this.#reachSide(mayOpen ? this.#levels[0] : NONE, 1, time);
    const isAsksReached = this.#reachSide(mayOpen ? this.#levels[1] : NONE, -1, time);
    this.#isOpen = !mayOpen || !isBidsReached || !isAsksReached || this.#options.surface.requests.length > 0;
  }

  /** A side of the wish in ticks and lots, levels that meet on a tick added up. */
  #merged(levels: readonly QuoteLevel[], sign: 1 | -1): readonly WantedLevel[] {
    if (levels.length === 0) return NONE;
    const { instrument } = this.#options;
    const merged: { ticks: number; lots: number }[] = [];
    for (let i = 0; i < levels.length; i++) {
      const { price, amount } = levels[i]!;
      const ticks = sign > 0 ? instrument.ticksDown(price) : instrument.ticksUp(price);
      if (!(ticks > 0)) continue;
      const lots = instrument.lots(amount);
      const same = merged.length > 0 ? merged.find((level) => level.ticks === ticks) : undefined;
      if (same) same.lots += lots;
      else merged.push({ ticks, lots });
    }
    return merged;
  }

  #reachSide(levels: readonly WantedLevel[], sign: 1 | -1, time: number): boolean {
    const { surface, sink, meter } = this.#options;
    // Fresh lists: setting the length of an old one is a call into the runtime.
    const resting: RestingQuote[] = [];
    let isReached = true;
    const quotes = this.#quotes[sign > 0 ? 0 : 1];
    for (let i = 0; i < quotes.length; i++) {
      const order = quotes[i]!;
      if (order.pending === 'cancel') continue;
      // An amendment under way is waited for: its order may be filled before.
      if (order.pending === 'amend') isReached = false;
      resting.push(order);
    }
    if (!isReached) return false;
    if (levels.length === 0 && resting.length === 0) return true;
    if (levels.length === 1 && resting.length === 1 && this.#isThere(levels[0]!, resting[0]!, sign)) return true;
    this.#isHeldBack = false;
    const wanted = this.#wanted(levels, sign, time);
    const steps = planQuotes(resting, wanted, this.#tolerance);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (!meter.allows(time, step.kind === 'cancel')) {
        this.retryAt = Math.min(this.retryAt, meter.readyAt(time));
        return false;
      }
      if (step.kind === 'place') {
        const id = surface.takeId();
        const order: OwnOrder = {
          id,
          sign,
          isQuote: true,
          tag: null,
          ticks: step.ticks,
          lots: step.lots,
          pending: 'new',
        };
        this.open.set(id, order);
        quotes.push(order);
        sink.submit({ id, side: sign, lots: step.lots, price: step.ticks, postOnly: true });
        continue;
      }
      this.open.get(step.id)!.pending = step.kind;
      if (step.kind === 'cancel') sink.cancel(step.id);
      else sink.amend(step.id, { price: step.ticks, left: step.lots });
    }
    return !this.#isHeldBack;
  }

  /** The commonest case: the one quote that rests is the one that is wanted, and what rests has been allowed for. */
  #isThere({ ticks, lots }: WantedLevel, quote: RestingQuote, sign: 1 | -1): boolean {
    if (quote.lots !== lots || quote.ticks !== ticks) return false;
    const { cap } = this.#options;
    return cap === undefined || cap(sign, ticks, lots) >= lots;
  }

  /** The levels, those too small for the venue or just refused left out. */
  #wanted(levels: readonly WantedLevel[], sign: 1 | -1, time: number): readonly WantedLevel[] {
    if (levels.length === 0) return NONE;
    const { instrument, cap } = this.#options;
    const side = sign > 0 ? 0 : 1;
    const found: WantedLevel[] = [];
    let taken = 0;
    for (let i = 0; i < levels.length; i++) {
      const { ticks, lots: asked } = levels[i]!;
      const lots = cap === undefined ? asked : Math.max(0, Math.min(asked, cap(sign, ticks, taken + asked) - taken));
      taken += lots;
      const isTooSmall =
        lots < Math.max(1, instrument.minLots) ||
        instrument.amount(lots) * instrument.price(ticks) < instrument.minCost;
      if (isTooSmall) continue;
      const until = this.#refusedUntil[side]!;
      if (time < until && sign * (ticks - this.#refusedTicks[side]!) >= 0) {
        this.retryAt = Math.min(this.retryAt, until);
        this.#isHeldBack = true;
      } else found.push({ ticks, lots });
    }
    return found;
  }

  #send(order: OwnOrder, flags: Partial<OrderRequest>): void {
    this.open.set(order.id, order);
    this.#options.sink.submit({
      id: order.id,
      side: order.sign,
      lots: order.lots,
      ...(Number.isNaN(order.ticks) ? {} : { price: order.ticks }),
      ...flags,
    });
  }
}

function takeOut(orders: OwnOrder[], order: OwnOrder): void {
  const at = orders.indexOf(order);
  if (at >= 0) orders.splice(at, 1);
}
