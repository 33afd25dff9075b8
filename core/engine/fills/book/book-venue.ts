import type { FeeModel } from '../../../book/account.ts';
import type { Answer, OrderRequest } from '../../../book/book-order.ts';
import { LIQUIDATION_ID } from '../../../book/margin-watch.ts';
import type { Engine } from '../../engine.ts';
import { type Effects, EVENT, type FillEvent, type OrderEvent } from '../../events.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from '../../order.ts';
import type { Slot } from '../../slot.ts';
import type { MessageMeter } from './message-limits.ts';
import type { OwnOrder, RequestSink } from './own-order.ts';
import type { OwnOrders } from './own-orders.ts';

/** A fill as it was booked, for measures beside the ledger. Engine time, ns; ticks, lots, quote units. Reused: copy what is kept. */
export interface BookedFill {
  time: number;
  sign: 1 | -1;
  ticks: number;
  lots: number;
  fee: number;
  isMaker: boolean;
  isQuote: boolean;
}

/** What a slot's venue is wired from. */
export interface BookVenueOptions {
  readonly engine: Engine;
  readonly slot: Slot;
  readonly broker: RequestSink;
  readonly own: OwnOrders;
  readonly meter: MessageMeter;
  readonly fee: FeeModel;
  readonly onFill: (fill: Readonly<BookedFill>) => void;
  /** Called before the engine hears of an answer: prices are brought up to now. */
  readonly look: () => void;
  /** Carries out what the engine wants after an event. */
  readonly accept: (effects: Effects, time: number) => void;
  /** False while another strategy owns the instrument. */
  readonly mayOpen?: () => boolean;
  /** Of positions that quotes and orders by hand open. */
  readonly leverage?: number;
}

/**
 * Between the engine and a broker on a book, for one slot: the engine's orders become requests, answers become the engine's events. A fill of a
 * quote or of an order by hand is booked by what it does: it closes first, and opens with the rest.
 */
export class BookVenue {
  readonly #options: BookVenueOptions;
  readonly #leverage: number;
  readonly #orders = new Map<number, Order>();
  #tradedValue = 0;
  readonly #booked: BookedFill = {
    time: Number.NaN,
    sign: 1,
    ticks: 0,
    lots: 0,
    fee: Number.NaN,
    isMaker: false,
    isQuote: false,
  };
  readonly #fillEvent: FillEvent;
  readonly #orderEvent: OrderEvent;

  constructor(options: BookVenueOptions) {
    this.#options = options;
    this.#leverage = options.leverage ?? 1;
    const none = undefined as unknown as Order;
    this.#fillEvent = { kind: EVENT.fill, time: 0, order: none, ticks: 0, lots: 0, rest: 0, fee: 0, maker: false };
    this.#orderEvent = { kind: EVENT.order, time: 0, order: none, state: 0, reason: null };
  }

  /** Orders of the engine that have not ended. */
  get working(): number {
    return this.#orders.size;
  }

  /** The same, themselves. */
  get orders(): Iterable<Order> {
    return this.#orders.values();
  }

  submit(order: Order, time: number): void {
    const { broker, meter, mayOpen } = this.#options;
    if (order.purpose === PURPOSE.entry && mayOpen?.() === false)
      return this.#change(order, ORDER_STATE.rejected, 'owned_by_other_strategy', time);
    meter.note();
    this.#orders.set(order.id, order);
    broker.submit(requestOf(order));
  }

  amend(order: Order): void {
    this.#options.meter.note();
    this.#options.broker.amend(order.id, { price: order.ticks, left: order.lots - order.filledLots });
  }

  cancel(order: Order): void {
    this.#options.meter.note();
    this.#options.broker.cancel(order.id);
  }

  /** Takes an answer of the broker at the time it reaches us; false where it is about no order of this slot. `fee`: as the exchange told it. */
  answer(answer: Answer, fee?: number): boolean {
    const { own: others } = this.#options;
    const { orderId, localTime: time } = answer;
    const own = others.open.get(orderId);
    if (own !== undefined) {
      // Known first: what the strategy wishes at its fill is planned on what is left.
      others.answer(own, answer, time);
      if (answer.lots > 0) this.#fill(answer, undefined, own, time, fee);
      return true;
    }
    const order = this.#orders.size > 0 ? this.#orders.get(orderId) : undefined;
    if (order === undefined) return false;
    if (answer.lots > 0) this.#fill(answer, order, undefined, time, fee);
    else {
      const state = STATES[answer.kind];
      if (state !== undefined) this.#change(order, state, answer.reason === 'none' ? null : answer.reason, time);
    }
    if (!order.isOpen) this.#orders.delete(orderId);
    return true;
  }

  /** A fill of no order that is known here: the exchange took a position off, or a quote from before a restart. */
  unasked(answer: Answer, fee?: number): void {
    if (answer.lots > 0) this.#fill(answer, undefined, undefined, answer.localTime, fee);
  }

  #fill(answer: Answer, order: Order | undefined, own: OwnOrder | undefined, time: number, told?: number): void {
    const { slot, fee: fees, meter, onFill, look } = this.#options;
    look();
    const { price: ticks, lots, side, isMaker } = answer;
    const { instrument } = slot.pair;
    const value = instrument.amount(lots) * instrument.price(ticks);
    const fee = told ?? value * fees.rate(isMaker, this.#tradedValue);
    this.#tradedValue += value;
    meter.fills++;
    // Measured first: what the engine does about it comes after.
    const booked = this.#booked;
    booked.time = time;
    booked.sign = side;
    booked.ticks = ticks;
    booked.lots = lots;
    booked.fee = fee;
    booked.isMaker = isMaker;
    booked.isQuote = own?.isQuote ?? false;
    onFill(booked);
    if (order !== undefined) this.#report(order, time, ticks, lots, answer.left, fee, isMaker);
    else this.#bookFree(answer, own ?? null, fee, time);
  }

  /** A fill that belongs to no order of the engine: a quote, an order by hand, a liquidation. */
  #bookFree(answer: Answer, own: OwnOrder | null, fee: number, time: number): void {
    const { lots, side, orderId } = answer;
    const { position } = this.#options.slot;
    const closing = position !== null && position.sign !== side ? Math.min(lots, position.lots) : 0;
    const closes = orderId === LIQUIDATION_ID ? PURPOSE.liquidation : PURPOSE.exit;
    if (closing > 0) this.#bookPart(answer, own, closes, closing, (fee * closing) / lots, time);
    if (lots <= closing) return;
    // Spot has no short positions: coins beyond the books' are their owner's, and the cash for them is told when it is compared.
    if (side < 0 && !this.#options.slot.pair.instrument.isMargined)
      this.#options.engine.parts.entries.refuse('sold_beyond_position', this.#options.slot);
    else this.#bookPart(answer, own, PURPOSE.entry, lots - closing, (fee * (lots - closing)) / lots, time);
  }

  #bookPart(
    { orderId, side, price: ticks, isMaker }: Answer,
    own: OwnOrder | null,
    purpose: number,
    lots: number,
    fee: number,
    time: number,
  ): void {
    const tag = own === null ? null : own.isQuote ? 'quote' : own.tag;
    const order = new Order(orderId, this.#options.slot, purpose, ORDER_KIND.limit, side, ticks, lots, time, tag);
    order.state = ORDER_STATE.working;
    order.reason = own?.isQuote ? 'quote' : 'order';
    order.leverage = this.#leverage;
    this.#report(order, time, ticks, lots, 0, fee, isMaker);
  }

  #report(order: Order, time: number, ticks: number, lots: number, rest: number, fee: number, maker: boolean): void {
    const { engine, accept } = this.#options;
    const event = this.#fillEvent;
    event.time = time;
    event.order = order;
    event.ticks = ticks;
    event.lots = lots;
    event.rest = rest;
    event.fee = fee;
    event.maker = maker;
    accept(engine.fill(event), time);
  }

  #change(order: Order, state: number, reason: string | null, time: number): void {
    const { engine, accept, look } = this.#options;
    look();
    const event = this.#orderEvent;
    event.time = time;
    event.order = order;
    event.state = state;
    event.reason = reason;
    accept(engine.order(event), time);
  }
}

const STATES: Readonly<Partial<Record<Answer['kind'], number>>> = {
  accepted: ORDER_STATE.working,
  cancelled: ORDER_STATE.cancelled,
  rejected: ORDER_STATE.rejected,
  expired: ORDER_STATE.expired,
};

function requestOf(order: Order): OrderRequest {
  const base = {
    id: order.id,
    side: order.sign as 1 | -1,
    lots: order.lots - order.filledLots,
    ...(order.reduceOnly && { reduceOnly: true }),
  };
  if (order.kind === ORDER_KIND.limit)
    return { ...base, price: order.ticks, ...(order.postOnly && { postOnly: true }) };
  if (order.kind === ORDER_KIND.stop) return { ...base, trigger: { kind: 'stop', price: order.ticks } };
  return base;
}
