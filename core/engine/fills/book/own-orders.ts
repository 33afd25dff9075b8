import type { Answer, OrderRequest } from '../../../book/book-order.ts';
import type { Instrument } from '../../../domain/tradable.ts';
import type { OrderRequestOfAuthor, QuoteWish, TickSurface } from '../../../strategy/quotes.ts';
import type { MessageMeter } from './message-limits.ts';
import { planQuotes, type RestingQuote } from './quote-plan.ts';

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

/** Refused for taking: the same price is not tried again before this long, ns. */
const RETRY_NS = 50e6;

/**
 * Quotes and orders by hand of one strategy on one instrument: turns wishes into requests as limits allow, and keeps what has been answered.
 * Knows no money: fills are booked by the venue.
 */
export class OwnOrders {
  readonly open = new Map<number, OwnOrder>();
  readonly #surface: TickSurface;
  readonly #instrument: Instrument;
  readonly #sink: RequestSink;
  readonly #meter: MessageMeter;
  readonly #tolerance: number;
  readonly #cap: (sign: 1 | -1, ticks: number, lots: number) => number;
  /** By side: price that was refused as taking, and until when it is left alone. */
  readonly #refused = new Map<number, { ticks: number; until: number }>();
  /** The standing wish is not reached yet. */
  #isOpen = false;

  constructor(options: {
    readonly surface: TickSurface;
    readonly instrument: Instrument;
    readonly sink: RequestSink;
    readonly meter: MessageMeter;
    /** Ticks within which a resting quote counts as the wanted one. */
    readonly tolerance?: number;
    /** Most lots of a side that position and cash allow at a price. */
    readonly cap?: (sign: 1 | -1, ticks: number, lots: number) => number;
  }) {
    this.#surface = options.surface;
    this.#instrument = options.instrument;
    this.#sink = options.sink;
    this.#meter = options.meter;
    this.#tolerance = options.tolerance ?? 0;
    this.#cap = options.cap ?? ((_sign, _ticks, lots) => lots);
  }

  /** Open quotes' and orders' lots on a side that may still fill. */
  exposure(sign: 1 | -1): number {
    let lots = 0;
    for (const order of this.open.values()) if (order.sign === sign) lots += order.lots;
    return lots;
  }

  /** Sends what the strategy asked for since the last event. Engine time, ns. */
  settle(time: number): void {
    const { requests } = this.#surface;
    if (requests.length > 0) {
      for (const request of requests) this.#byHand(request, time);
      requests.length = 0;
    }
    if (this.#surface.hasNewWish) {
      this.#surface.hasNewWish = false;
      this.#isOpen = true;
    }
    if (this.#isOpen && this.#surface.wish) this.#reach(this.#surface.wish, time);
  }

  /** Takes an answer about an own order; the order is gone from `open` when it has ended. */
  answer(answer: Answer, time: number): void {
    const order = this.open.get(answer.orderId);
    if (!order) return;
    order.lots = answer.left;
    if (answer.kind === 'amended') order.ticks = answer.price;
    if (
      answer.kind === 'cancelRejected' ||
      answer.kind === 'amendRejected' ||
      answer.kind === 'accepted' ||
      answer.kind === 'amended'
    ) {
      order.pending = 'none';
    } else if (answer.kind !== 'partiallyFilled' && answer.kind !== 'triggered') {
      this.open.delete(order.id);
      this.#surface.open.delete(order.id);
      if (answer.reason === 'wouldTake') this.#refused.set(order.sign, { ticks: order.ticks, until: time + RETRY_NS });
    }
    // What was accepted as it was sent leaves the wish as near as it was.
    if (answer.kind !== 'accepted' && answer.kind !== 'amended') this.#isOpen = true;
  }

  #byHand(request: OrderRequestOfAuthor, time: number): void {
    const instrument = this.#instrument;
    if (request.kind === 'cancel') {
      const order = this.open.get(request.id);
      if (order && this.#meter.allows(time, true)) {
        order.pending = 'cancel';
        this.#sink.cancel(request.id);
      }
      return;
    }
    if (request.kind === 'amend') {
      const order = this.open.get(request.id);
      const { price, amount } = request.change;
      if (!order || !this.#meter.allows(time, false)) return;
      order.pending = 'amend';
      this.#sink.amend(request.id, {
        ...(price !== undefined && { price: instrument.ticksNear(price) }),
        ...(amount !== undefined && { left: Math.max(1, instrument.lots(amount)) }),
      });
      return;
    }
    const { order, id } = request;
    const sign = order.side === 'buy' ? 1 : -1;
    const lots = instrument.lots(order.amount);
    const ticks =
      order.price === undefined
        ? Number.NaN
        : sign > 0
          ? instrument.ticksDown(order.price)
          : instrument.ticksUp(order.price);
    if (lots < Math.max(1, instrument.minLots) || !this.#meter.allows(time, false)) {
      this.#surface.open.delete(id);
      return;
    }
    this.#send(
      { id, sign, isQuote: false, tag: order.tag ?? null, ticks, lots, pending: 'new' },
      {
        ...(order.timeInForce && { timeInForce: order.timeInForce }),
        ...(order.postOnly && { postOnly: true }),
        ...(order.reduceOnly && { reduceOnly: true }),
      },
    );
  }

  #reach(wish: QuoteWish, time: number): void {
    let isReached = true;
    for (const sign of [1, -1] as const) {
      const wanted = this.#wanted(sign > 0 ? wish.bids : wish.asks, sign, time);
      const resting: RestingQuote[] = [];
      for (const order of this.open.values()) {
        if (!order.isQuote || order.sign !== sign || order.pending === 'cancel') continue;
        resting.push(order);
        // An amendment under way is waited for: its order may be filled before.
        if (order.pending === 'amend') isReached = false;
      }
      if (resting.some((order) => (order as OwnOrder).pending === 'amend')) continue;
      for (const step of planQuotes(resting, wanted.levels, this.#tolerance)) {
        if (!this.#meter.allows(time, step.kind === 'cancel')) {
          isReached = false;
          break;
        }
        if (step.kind === 'place') {
          const id = this.#surface.takeId();
          this.#send(
            { id, sign, isQuote: true, tag: null, ticks: step.ticks, lots: step.lots, pending: 'new' },
            { postOnly: true },
          );
          continue;
        }
        const order = this.open.get(step.id)!;
        if (step.kind === 'cancel') {
          order.pending = 'cancel';
          this.#sink.cancel(step.id);
        } else {
          order.pending = 'amend';
          this.#sink.amend(step.id, { price: step.ticks, left: step.lots });
        }
      }
      if (wanted.isHeldBack) isReached = false;
    }
    this.#isOpen = !isReached;
  }

  /** Levels in ticks and lots, those too small for the venue or just refused left out. */
  #wanted(levels: QuoteWish['bids'], sign: 1 | -1, time: number) {
    const instrument = this.#instrument;
    const refused = this.#refused.get(sign);
    const byTicks = new Map<number, number>();
    for (const { price, amount } of levels) {
      const ticks = sign > 0 ? instrument.ticksDown(price) : instrument.ticksUp(price);
      if (ticks > 0) byTicks.set(ticks, (byTicks.get(ticks) ?? 0) + instrument.lots(amount));
    }
    let isHeldBack = false;
    const found: { ticks: number; lots: number }[] = [];
    let taken = 0;
    for (const [ticks, asked] of byTicks) {
      const lots = Math.max(0, Math.min(asked, this.#cap(sign, ticks, taken + asked) - taken));
      taken += lots;
      if (
        lots < Math.max(1, instrument.minLots) ||
        instrument.amount(lots) * instrument.price(ticks) < instrument.minCost
      )
        continue;
      if (refused && time < refused.until && sign * (ticks - refused.ticks) >= 0) isHeldBack = true;
      else found.push({ ticks, lots });
    }
    return { levels: found, isHeldBack };
  }

  #send(order: OwnOrder, flags: Partial<OrderRequest>): void {
    this.open.set(order.id, order);
    this.#sink.submit({
      id: order.id,
      side: order.sign,
      lots: order.lots,
      ...(Number.isNaN(order.ticks) ? {} : { price: order.ticks }),
      ...flags,
    });
  }
}
