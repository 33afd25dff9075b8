import type { Answer, AnswerReason, OrderRequest } from '../../book/book-order.ts';
import { Effects, type EngineEvent, EVENT, type FillEvent, type OrderEvent } from '../../engine/events.ts';
import type { RequestSink } from '../../engine/fills/book/own-order.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import type { RefusalCode } from '../../ports/exchange.ts';
import type { StoredOrder } from '../../ports/stored-rows.ts';
import type { OrderNames } from '../trade/ledger-rows.ts';
import type { LiveBroker } from '../trade/live-broker.ts';
import { type FreeTerms, meets } from '../trade/live-order.ts';
import type { SessionInputs } from './session-inputs.ts';
import type { RealVenue } from './tick-options.ts';
import type { TickSession } from './tick-session.ts';

/** A side whose quote was refused is left alone for so long, ns: doubled with each refusal in a row, up to the most. */
const FIRST_HOLD_NS = 1e9;
const MOST_HOLD_NS = 60e9;

const KINDS = [ORDER_KIND.market, ORDER_KIND.limit, ORDER_KIND.stop] as const;

/**
 * Between a session on books and a real account: quotes and orders by hand become orders of the live broker, what it reports of them becomes answers,
 * and the engine's own orders pass through. What is reported while a strategy's wishes are being sent is told after it.
 */
export class LiveVenue implements RealVenue {
  readonly #orders = new Map<number, Order>();
  /** Those of the session before. */
  readonly #adopted = new Set<Order>();
  /** Orders that were asked to move and have not been told of it. */
  readonly #moving = new Set<number>();
  readonly #leverage = new Map<Slot, number>();
  /** Refusals in a row, by slot and side. */
  readonly #refusals = new Map<string, number>();
  #later: (() => void)[] = [];
  #sending = 0;
  #session: TickSession | null = null;
  #broker: LiveBroker | null = null;
  #inputs: SessionInputs | null = null;
  /** Engine time, ns. */
  readonly #time: () => number;
  readonly #isStepping: () => boolean;

  /**
   * @param time engine time of what happens now, ns
   * @param isStepping the session is taking a step: what is reported meanwhile is told after it
   */
  constructor(time: () => number, isStepping: () => boolean) {
    this.#time = time;
    this.#isStepping = isStepping;
  }

  begin(session: TickSession, broker: LiveBroker, inputs: SessionInputs): void {
    this.#session = session;
    this.#broker = broker;
    this.#inputs = inputs;
  }

  /** Where the requests of a slot go. `leverage`: of positions that quotes and orders by hand open. */
  sinkOf(slot: Slot, leverage: number): RequestSink {
    this.#leverage.set(slot, leverage);
    return {
      submit: (request) => this.#send(() => this.#submit(slot, request, leverage)),
      amend: (id, change) => this.#send(() => this.#amend(id, change)),
      cancel: (id) => this.#send(() => this.#cancel(id)),
    };
  }

  /** Leverage of positions that a slot's quotes open. */
  leverageOf(slot: Slot): number {
    return this.#leverage.get(slot) ?? 1;
  }

  /** Sends what the engine wants. An entry where another strategy has the instrument is refused, as everywhere on ticks. */
  accept(effects: Effects): void {
    const { allowed, refused } = requestsOf(this.#session!, effects);
    for (const order of refused)
      this.#later.push(() => this.#changed(order, ORDER_STATE.rejected, 'owned_by_other_strategy', null));
    if (!allowed.isEmpty) this.#send(() => this.#broker!.accept(allowed));
  }

  /** An order that rested when the last session ended, as the store has it: its fills are booked, and it is taken off. */
  adopt(row: StoredOrder, slot: Slot, createdAt: number): Order {
    const kind = KINDS[row.kind === 'market' ? 0 : 1];
    const { id, ticks, lots, tag, filledLots } = row;
    const order = new Order(id, slot, PURPOSE.entry, kind, row.side === 'buy' ? 1 : -1, ticks, lots, createdAt, tag);
    order.filledLots = filledLots;
    order.state = ORDER_STATE[row.state === 'created' ? 'created' : 'working'];
    this.#orders.set(id, order);
    this.#adopted.add(order);
    return order;
  }

  /** A quote of the session before may still rest on a pair. */
  hasAdopted(pair: string): boolean {
    for (const order of this.#adopted) {
      if (!order.isOpen) this.#adopted.delete(order);
      else if (order.slot.pair.pair === pair) return true;
    }
    return false;
  }

  /** Quotes and orders by hand that have not ended. */
  get open(): readonly Order[] {
    return [...this.#orders.values()].filter((order) => order.isOpen);
  }

  names(id: number): OrderNames {
    const order = this.#orders.get(id);
    return order ? this.#broker!.names(order) : { clientId: null, exchangeId: null };
  }

  /** Takes every quote and order by hand off. Inside a turn. */
  withdrawAll(): void {
    for (const { id } of this.open) this.#cancel(id);
  }

  /** What the live broker gives the engine: passed on, or an answer to a desk. Inside a turn. */
  hear(event: EngineEvent): void {
    const isOwn = (event.kind === EVENT.fill || event.kind === EVENT.order) && event.order.id > 0;
    if (!isOwn) return this.#process(event);
    if (event.kind === EVENT.fill) return this.#fill(event);
    const { order, state, reason } = event;
    if (this.#orders.has(order.id)) {
      if (state <= order.state) return;
      order.state = state;
    }
    const code = this.#broker!.orders.get(order.id)?.code ?? null;
    if (this.#sending === 0 && !this.#isStepping()) return this.#changed(order, state, reason, code);
    this.#later.push(() => {
      this.#changed(order, state, reason, code);
      const live = this.#broker!.orders.get(order.id);
      if (live) this.#broker!.drive(live);
    });
  }

  /** Tells what is still to be told, and all that comes of it. At the end of a turn. */
  flush(): void {
    for (let isNews = true; isNews; ) {
      isNews = this.#later.length > 0;
      for (const tell of this.#later.splice(0)) tell();
      for (const id of [...this.#moving]) isNews = this.#settleMove(id) || isNews;
    }
  }

  /** Forgets what has ended: its rows have been taken. */
  sweep(): void {
    for (const [id, { isOpen }] of this.#orders) if (!isOpen) this.#orders.delete(id);
  }

  #send(request: () => void): void {
    this.#sending++;
    try {
      request();
    } finally {
      this.#sending--;
    }
  }

  #submit(slot: Slot, request: OrderRequest, leverage: number): void {
    const { id, side, lots, price, postOnly, reduceOnly, timeInForce } = request;
    const kind = price === undefined ? ORDER_KIND.market : ORDER_KIND.limit;
    const order = new Order(id, slot, PURPOSE.entry, kind, side, price ?? 0, lots, this.#time(), null);
    order.postOnly = postOnly ?? false;
    order.leverage = leverage;
    this.#orders.set(id, order);
    const terms: FreeTerms = {
      // Spot knows no such orders: what may be sold has been counted.
      ...(reduceOnly && slot.pair.instrument.isMargined && { reduceOnly }),
      ...(timeInForce === 'ioc' && { timeInForce: 'IOC' }),
      ...(timeInForce === 'fok' && { timeInForce: 'FOK' }),
    };
    this.#broker!.submit(order, terms);
  }

  #amend(id: number, { price, left }: Parameters<RequestSink['amend']>[1]): void {
    const live = this.#broker!.orders.get(id);
    // It has just ended, and that is on its way.
    if (live === undefined) return;
    const { order } = live;
    if (price !== undefined) {
      order.ticks = price;
      order.price = order.slot.pair.instrument.price(price);
    }
    if (left !== undefined) order.lots = order.filledLots + left;
    this.#moving.add(id);
    this.#broker!.drive(live);
  }

  #cancel(id: number): void {
    const live = this.#broker!.orders.get(id);
    if (live) this.#broker!.withdraw(live);
  }

  /** @returns whether an order was told of */
  #settleMove(id: number): boolean {
    const order = this.#orders.get(id);
    const live = this.#broker!.orders.get(id);
    if (!order?.isOpen || live === undefined || live.isCancelled) {
      // Its end is told instead.
      this.#moving.delete(id);
      return false;
    }
    const { target, openAttempts, isBusy } = live;
    const [rests] = openAttempts;
    if (isBusy || openAttempts.length !== 1 || rests!.state !== 'working' || !target || !meets(rests!, target))
      return false;
    this.#moving.delete(id);
    this.#tell(order, { kind: 'amended', price: order.ticks, left: order.restLots });
    return true;
  }

  #fill(event: FillEvent): void {
    const { order, ticks, lots, rest, fee, maker } = event;
    if (!this.#orders.has(order.id)) return this.#process(event);
    order.filledLots += lots;
    order.lots = order.filledLots + rest;
    if (rest === 0) order.state = ORDER_STATE.filled;
    const kind = rest === 0 ? 'filled' : 'partiallyFilled';
    this.#tell(order, { kind, price: ticks, lots, left: rest, isMaker: maker }, { fee });
  }

  #changed(order: Order, state: number, reason: string | null, code: RefusalCode | null): void {
    if (!this.#orders.has(order.id)) {
      const event: OrderEvent = { kind: EVENT.order, time: this.#time(), order, state, reason };
      return this.#process(event);
    }
    const side = `${order.slot.index} ${order.sign}`;
    if (state === ORDER_STATE.working) {
      this.#refusals.delete(side);
      return this.#tell(order, { kind: 'accepted', price: order.ticks, left: order.restLots });
    }
    const isTaking = code === 'would-take' || (state === ORDER_STATE.expired && order.postOnly);
    const isRefused = !isTaking && (code !== null || state === ORDER_STATE.rejected);
    const why: AnswerReason = isTaking ? 'wouldTake' : isRefused ? 'invalid' : 'none';
    if (isRefused) this.#holdBack(order, side);
    const kind = state === ORDER_STATE.rejected ? 'rejected' : state === ORDER_STATE.expired ? 'expired' : 'cancelled';
    this.#tell(order, { kind, price: order.ticks, left: 0, reason: why }, { text: reason ?? code });
  }

  /** The venue does not want it: asking again at once would get the same answer. */
  #holdBack({ slot, sign }: Order, side: string): void {
    const count = this.#refusals.get(side) ?? 0;
    this.#refusals.set(side, count + 1);
    const until = this.#time() + Math.min(MOST_HOLD_NS, FIRST_HOLD_NS * 2 ** count);
    this.#inputs!.take({ kind: 'refused', slot: slot.index, sign: sign as 1 | -1, until });
  }

  #process(event: EngineEvent): void {
    this.#inputs!.take({ kind: 'event', event });
  }

  #tell(
    order: Order,
    said: Pick<Answer, 'kind' | 'price' | 'left'> & Partial<Answer>,
    also: { readonly fee?: number; readonly text?: string | null } = {},
  ): void {
    const time = this.#time();
    const answer: Answer = {
      orderId: order.id,
      side: order.sign as 1 | -1,
      lots: 0,
      isMaker: false,
      isSleeping: false,
      exchangeTime: time,
      localTime: time,
      reason: 'none',
      ...said,
    };
    this.#inputs!.take({ kind: 'told', slot: order.slot.index, answer, fee: also.fee, text: also.text ?? null });
  }
}

/** What of the engine's wishes may leave, counted as messages, and entries where another strategy has the instrument. */
export function requestsOf(
  { desks, meter }: Pick<TickSession, 'desks' | 'meter'>,
  { submits, amends, cancels }: Effects,
): { readonly allowed: Effects; readonly refused: readonly Order[] } {
  const allowed = new Effects();
  allowed.cancels.push(...cancels);
  allowed.amends.push(...amends);
  const refused: Order[] = [];
  for (const order of submits)
    (order.purpose !== PURPOSE.entry || desks[order.slot.index]!.mayOpen ? allowed.submits : refused).push(order);
  for (let k = allowed.submits.length + amends.length + cancels.length; k > 0; k--) meter.note();
  return { allowed, refused };
}
