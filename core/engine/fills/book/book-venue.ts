import type { FeeModel } from '../../../book/account.ts';
import type { Answer, OrderRequest } from '../../../book/book-order.ts';
import { LIQUIDATION_ID } from '../../../book/margin-watch.ts';
import type { Engine } from '../../engine.ts';
import { type Effects, EVENT, type FillEvent, type OrderEvent } from '../../events.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from '../../order.ts';
import type { Slot } from '../../slot.ts';
import type { MessageMeter } from './message-limits.ts';
import type { OwnOrder, OwnOrders, RequestSink } from './own-orders.ts';

/** A fill as it was booked, for measures beside the ledger. Engine time, ns; ticks, lots, quote units. */
export interface BookedFill {
  readonly time: number;
  readonly sign: 1 | -1;
  readonly ticks: number;
  readonly lots: number;
  readonly fee: number;
  readonly isMaker: boolean;
  readonly isQuote: boolean;
}

/**
 * Between the engine and a broker on a book: the engine's orders become requests, answers become the engine's events. A fill of a quote or
 * of an order by hand is booked by what it does: it closes first, and opens with the rest.
 */
export class BookVenue {
  readonly #engine: Engine;
  readonly #slot: Slot;
  readonly #broker: RequestSink;
  readonly #own: OwnOrders;
  readonly #meter: MessageMeter;
  readonly #fee: FeeModel;
  readonly #onFill: (fill: BookedFill) => void;
  readonly #leverage: number;
  readonly #orders = new Map<number, Order>();
  #tradedValue = 0;
  readonly #fillEvent: FillEvent;
  readonly #orderEvent: OrderEvent;

  constructor(options: {
    readonly engine: Engine;
    readonly slot: Slot;
    readonly broker: RequestSink;
    readonly own: OwnOrders;
    readonly meter: MessageMeter;
    readonly fee: FeeModel;
    readonly onFill: (fill: BookedFill) => void;
    /** Of positions that quotes and orders by hand open. */
    readonly leverage?: number;
  }) {
    this.#engine = options.engine;
    this.#slot = options.slot;
    this.#broker = options.broker;
    this.#own = options.own;
    this.#meter = options.meter;
    this.#fee = options.fee;
    this.#onFill = options.onFill;
    this.#leverage = options.leverage ?? 1;
    const none = undefined as unknown as Order;
    this.#fillEvent = { kind: EVENT.fill, time: 0, order: none, ticks: 0, lots: 0, rest: 0, fee: 0, maker: false };
    this.#orderEvent = { kind: EVENT.order, time: 0, order: none, state: 0, reason: null };
  }

  /** Sends what the engine wants, then what the strategy wishes beside it. Engine time, ns. */
  accept(effects: Effects, time: number): void {
    if (!effects.isEmpty) this.#take(effects);
    this.#own.settle(time);
  }

  /** Sends what limits have held back, where they allow it by now. */
  settle(time: number): void {
    this.#own.settle(time);
  }

  #take({ submits, amends, cancels }: Effects): void {
    // Copies: an answer may come at once and make the engine reuse its lists.
    for (const order of [...cancels]) {
      this.#meter.note();
      this.#broker.cancel(order.id);
    }
    for (const order of [...amends]) {
      this.#meter.note();
      this.#broker.amend(order.id, { price: order.ticks, left: order.lots - order.filledLots });
    }
    for (const order of [...submits]) {
      this.#meter.note();
      this.#orders.set(order.id, order);
      this.#broker.submit(requestOf(order));
    }
  }

  /** Takes an answer of the broker at the time it reaches us. */
  answer(answer: Answer): void {
    const { orderId, localTime: time } = answer;
    const own = this.#own.open.get(orderId);
    const order = this.#orders.get(orderId);
    if (answer.lots > 0) this.#fill(answer, order, own, time);
    this.#own.answer(answer, time);
    if (order && answer.lots === 0) this.#changed(order, answer, time);
    if (order && !order.isOpen) this.#orders.delete(orderId);
    if (own) this.#own.settle(time);
  }

  #fill(answer: Answer, order: Order | undefined, own: OwnOrder | undefined, time: number): void {
    const { price: ticks, lots, side, isMaker } = answer;
    const { instrument } = this.#slot.pair;
    const value = instrument.amount(lots) * instrument.price(ticks);
    const fee = value * this.#fee.rate(isMaker, this.#tradedValue);
    this.#tradedValue += value;
    this.#meter.fills++;
    if (order) this.#report(order, time, ticks, lots, answer.left, fee, isMaker);
    else this.#bookFree(answer, own ?? null, fee, time);
    this.#onFill({ time, sign: side, ticks, lots, fee, isMaker, isQuote: own?.isQuote ?? false });
  }

  /** A fill that belongs to no order of the engine: a quote, an order by hand, a liquidation. */
  #bookFree(answer: Answer, own: OwnOrder | null, fee: number, time: number): void {
    const { price: ticks, lots, side, isMaker, orderId } = answer;
    const { position } = this.#slot;
    const closing = position !== null && position.sign !== side ? Math.min(lots, position.lots) : 0;
    const isLiquidation = orderId === LIQUIDATION_ID;
    const tag = own === null ? null : own.isQuote ? 'quote' : own.tag;
    const book = (purpose: number, part: number) => {
      const order = new Order(orderId, this.#slot, purpose, ORDER_KIND.limit, side, ticks, part, time, tag);
      order.state = ORDER_STATE.working;
      order.reason = own?.isQuote ? 'quote' : 'order';
      order.leverage = this.#leverage;
      this.#report(order, time, ticks, part, 0, (fee * part) / lots, isMaker);
    };
    if (closing > 0) book(isLiquidation ? PURPOSE.liquidation : PURPOSE.exit, closing);
    if (lots > closing) book(PURPOSE.entry, lots - closing);
  }

  #report(order: Order, time: number, ticks: number, lots: number, rest: number, fee: number, maker: boolean): void {
    const event = this.#fillEvent;
    event.time = time;
    event.order = order;
    event.ticks = ticks;
    event.lots = lots;
    event.rest = rest;
    event.fee = fee;
    event.maker = maker;
    this.accept(this.#engine.fill(event), time);
  }

  #changed(order: Order, answer: Answer, time: number): void {
    const state = STATES[answer.kind];
    if (state === undefined) return;
    const event = this.#orderEvent;
    event.time = time;
    event.order = order;
    event.state = state;
    event.reason = answer.reason === 'none' ? null : answer.reason;
    this.accept(this.#engine.order(event), time);
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
    lots: order.lots,
    ...(order.reduceOnly && { reduceOnly: true }),
  };
  if (order.kind === ORDER_KIND.limit) return { ...base, price: order.ticks };
  if (order.kind === ORDER_KIND.stop) return { ...base, trigger: { kind: 'stop', price: order.ticks } };
  return base;
}
