import type { BookAccount } from './account.ts';
import { type AnswerKind, type AnswerReason, BookOrder, type OrderRequest, requestProblem } from './book-order.ts';
import type { PriceLadder } from './ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from './ladder-side.ts';
import { LIQUIDATION_ID } from './margin-watch.ts';
import { RestingOrders } from './order-lists.ts';
import { OrderTable } from './order-table.ts';
import { type OnShare, sharePartial, shareWhole } from './passive-fills.ts';
import type { QueueModel } from './queue-models.ts';
import { TakenSizes, takeFrom } from './taking.ts';
import { isTriggered, TriggerBook } from './triggers.ts';

/** What happens when an incoming order would trade with an own resting one: which of them is cancelled. */
export type SelfTradeRule = 'none' | 'cancelNewest' | 'cancelOldest' | 'cancelBoth';

/** Rules of the simulated exchange; `docs/assumptions/book-fills.md` states each. */
export interface MatchingOptions {
  readonly ladder: PriceLadder;
  readonly account: BookAccount;
  readonly queue: QueueModel;
  /**
   * `partial` (default): fills are bounded by traded volume and displayed depth. `whole`: an order is filled completely or not at all, the
   * reference rule of the quoting vectors.
   */
  readonly fills?: 'partial' | 'whole';
  /** Size that own orders took stays gone until the real level shrinks to it (default true; only with `partial`). */
  readonly takesConsume?: boolean;
  readonly selfTrade?: SelfTradeRule;
  readonly answer: AnswerSink;
}

/** Receives what the exchange has to say about `order` at `time`: `lots` filled at `price`. */
export type AnswerSink = (
  order: BookOrder,
  kind: AnswerKind,
  time: number,
  reason: AnswerReason,
  price: number,
  lots: number,
  isMaker: boolean,
) => void;

/**
 * The exchange's half of the simulation: own resting orders against the events of the real book. Own orders are never part of the
 * displayed book. Everything it decides leaves through `answer`, never by a return value.
 */
export class Matching {
  readonly ladder: PriceLadder;
  readonly account: BookAccount;
  readonly buys = new RestingOrders(1);
  readonly sells = new RestingOrders(-1);
  /** As the ladder has its sides. */
  readonly #resting = [this.sells, this.buys] as const;
  readonly #open = new OrderTable<BookOrder>();
  #opened = 0;
  readonly #triggers = new TriggerBook();
  /** There has been a reduce-only order: only then are open orders looked through for such. */
  #hasReduceOnly = false;
  readonly #taken = [new TakenSizes(), new TakenSizes()] as const;
  readonly #queue: QueueModel;
  readonly #isWhole: boolean;
  readonly #consumes: boolean;
  readonly #selfTrade: SelfTradeRule;
  readonly #answer: AnswerSink;

  constructor(options: MatchingOptions) {
    this.ladder = options.ladder;
    this.account = options.account;
    this.#queue = options.queue;
    this.#isWhole = options.fills === 'whole';
    this.#consumes = !this.#isWhole && options.takesConsume !== false;
    this.#selfTrade = options.selfTrade ?? 'cancelNewest';
    this.#answer = options.answer;
  }

  /** No GTD order ends before this; Infinity without any. */
  nextExpiry = Number.POSITIVE_INFINITY;

  /** Open orders, sleeping triggers included, in the order of their opening. */
  get openOrders(): readonly BookOrder[] {
    return this.#open.list().sort((a, b) => a.seq - b.seq);
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** A level changed: `side` 1 bids, -1 asks. */
  onDepth(side: number, tick: number, lots: number, time: number): void {
    const { ladder } = this;
    const at = (side + 1) >> 1;
    const taken = this.#taken[at]!;
    if (!taken.isEmpty) lots = taken.lessTaken(tick, lots);
    const own = ladder.sides[at]!;
    const oldBest = own.bestKey;
    const before = ladder.set(side, tick, lots);
    const { orders } = this.#resting[at]!;
    for (let i = 0; i < orders.length; i++) {
      const beyond = (orders[i]!.price - tick) * side;
      if (beyond === 0) this.#queue.onDepth(orders[i]!, before, lots);
      else if (beyond < 0) break;
    }
    const met = this.#resting[1 - at]!;
    if (own.bestKey > oldBest && met.orders.length > 0 && this.#wouldTake(met.orders[0]!)) this.#crossAll(met, time);
  }

  /** The best price of the other side came to or through own orders: they are filled at their own price. */
  #crossAll(resting: RestingOrders, time: number): void {
    const { orders } = resting;
    for (let i = 0; i < orders.length && this.#wouldTake(orders[i]!); i++) this.#cross(orders[i]!, time);
    this.#afterFills(resting, time);
  }

  /** Tidies up once the loop over resting orders is over: filled ones go, and reduce-only ones that have nothing left to reduce end. */
  #afterFills(resting: RestingOrders, time: number): void {
    resting.sweep();
    this.#endIdleReduceOnly(time);
  }

  #endIdleReduceOnly(time: number): void {
    if (!this.#hasReduceOnly) return;
    for (const order of this.openOrders) {
      if (order.reduceOnly && order.side * this.account.position >= 0) this.#end(order, 'expired', 'reduceOnly', time);
    }
  }

  #cross(order: BookOrder, time: number): void {
    if (this.#isWhole) this.#fill(order, order.price, order.left, true, time);
    else {
      const wanted = order.reduceOnly ? Math.min(order.left, this.#closable(order)) : order.left;
      const lots = takeFrom(this.ladder, order.side, wanted, order.price, this.#takenOpposite(order), null);
      if (lots > 0) this.#fill(order, order.price, lots, true, time);
    }
  }

  /** Of the public trade at hand: made once, since closures cost more than what they do. */
  #shareTime = Number.NEGATIVE_INFINITY;
  readonly #onShare: OnShare = (order, lots) => this.#fill(order, order.price, lots, true, this.#shareTime);

  /** A public trade: `side` is the aggressor's. */
  onTrade(side: number, tick: number, lots: number, time: number): void {
    const resting = side > 0 ? this.sells : this.buys;
    const orders = resting.orders;
    if (orders.length > 0 && (tick - orders[0]!.price) * side >= 0) {
      this.#shareTime = time;
      if (this.#isWhole) shareWhole(orders, this.#queue, side, tick, lots, this.#onShare);
      else sharePartial(orders, this.#queue, side, tick, lots, this.#onShare);
      this.#afterFills(resting, time);
    }
    this.#fire('last', tick, time);
  }

  onReference(source: 'mark' | 'index', tick: number, time: number): void {
    this.#fire(source, tick, time);
  }

  #fire(source: 'last' | 'mark' | 'index', tick: number, time: number): void {
    for (const order of this.#triggers.fire(source, tick)) {
      this.#answer(order, 'triggered', time, 'none', order.price, 0, false);
      this.#place(order, time);
    }
  }

  /** A new order arrives. */
  submit(request: OrderRequest, time: number): void {
    const order = new BookOrder(request);
    if (requestProblem(request) !== null) this.#refuse(order, 'invalid', time);
    else if (this.#open.has(order.id)) this.#refuse(order, 'duplicateId', time);
    else if (order.expiresAt <= time) this.#end(order, 'expired', 'timeUp', time);
    else if (order.trigger && !isTriggered(order, order.trigger.by ?? 'last', this.#triggers.lastOf(order))) {
      this.#keep(order);
      this.#triggers.add(order);
      this.#answer(order, 'accepted', time, 'none', order.price, 0, false);
    } else this.#place(order, time);
  }

  #place(order: BookOrder, time: number): void {
    const isTaking = this.#wouldTake(order);
    if (order.reduceOnly && !this.#limitToPosition(order)) this.#end(order, 'expired', 'reduceOnly', time);
    else if (order.postOnly && isTaking) this.#end(order, 'expired', 'wouldTake', time);
    else this.#settleSelfTrade(order, time);
    if (!order.isOpen) return;
    if (isTaking || Number.isNaN(order.price)) this.#take(order, time);
    if (!order.isOpen) return;
    const isDone = Number.isNaN(order.price) || order.timeInForce === 'ioc' || order.timeInForce === 'fok';
    if (isDone) this.#end(order, 'expired', 'unfilledRest', time);
    else this.#rest(order, time);
  }

  #rest(order: BookOrder, time: number): void {
    const isBuy = order.side > 0;
    order.front = isBuy ? this.ladder.bids.get(order.price) : this.ladder.asks.get(order.price);
    order.traded = 0;
    this.#keep(order);
    (isBuy ? this.buys : this.sells).add(order);
    this.#answer(order, 'accepted', time, 'none', order.price, 0, false);
  }

  /** An order that stays. */
  #keep(order: BookOrder): void {
    if (order.seq < 0) order.seq = this.#opened++;
    this.#open.add(order);
    if (order.reduceOnly) this.#hasReduceOnly = true;
    if (order.expiresAt < this.nextExpiry) this.nextExpiry = order.expiresAt;
  }

  #wouldTake(order: BookOrder): boolean {
    const { bestBid, bestAsk } = this.ladder;
    return order.side > 0 ? order.price >= bestAsk : order.price <= bestBid;
  }

  #take(order: BookOrder, time: number): void {
    const { ladder } = this;
    const best = order.side > 0 ? ladder.bestAsk : ladder.bestBid;
    if (best === NO_LEVEL_ABOVE || best === NO_LEVEL_BELOW) {
      this.#end(order, 'expired', 'noLiquidity', time);
      return;
    }
    if (this.#isWhole) {
      this.#fill(order, best, order.left, false, time);
      return;
    }
    const fillable = () => takeFrom(ladder, order.side, order.left, order.price, null, null);
    if (order.timeInForce === 'fok' && fillable() < order.left) {
      this.#end(order, 'expired', 'notFillable', time);
      return;
    }
    takeFrom(ladder, order.side, order.left, order.price, this.#takenOpposite(order), (tick, lots) => {
      this.#fill(order, tick, lots, false, time);
    });
    this.#endIdleReduceOnly(time);
  }

  #takenOpposite(order: BookOrder): TakenSizes | null {
    if (!this.#consumes) return null;
    return this.#taken[order.side > 0 ? 0 : 1];
  }

  /** Applies the self-trade rule, which may end the incoming order. */
  #settleSelfTrade(order: BookOrder, time: number): void {
    if (this.#selfTrade === 'none') return;
    const { orders } = order.side > 0 ? this.sells : this.buys;
    // Best price first: where that one does not meet, none does.
    if (orders.length === 0 || !doesMeet(order, orders[0]!)) return;
    const met = orders.filter((other) => doesMeet(order, other));
    if (this.#selfTrade !== 'cancelNewest') for (const other of met) this.#end(other, 'cancelled', 'selfTrade', time);
    if (this.#selfTrade !== 'cancelOldest') this.#end(order, 'expired', 'selfTrade', time);
  }

  /** Cuts a reduce-only order to what it may close; false when that is nothing. */
  #limitToPosition(order: BookOrder): boolean {
    order.left = Math.min(order.left, this.#closable(order));
    return order.left > 0;
  }

  #closable(order: BookOrder): number {
    return Math.max(0, -order.side * this.account.position);
  }

  #fill(order: BookOrder, price: number, lots: number, isMaker: boolean, time: number): void {
    const filled = order.reduceOnly ? Math.min(lots, this.#closable(order)) : lots;
    if (filled === 0) return;
    order.left -= filled;
    this.account.fill(order.side, price, filled, isMaker);
    if (order.left === 0) this.#close(order);
    this.#answer(order, order.left === 0 ? 'filled' : 'partiallyFilled', time, 'none', price, filled, isMaker);
  }

  #close(order: BookOrder): void {
    order.isOpen = false;
    this.#open.delete(order.id);
  }

  /** Turns an order away unseen: the exchange is too busy. */
  refuse(request: OrderRequest, time: number): void {
    this.#refuse(new BookOrder(request), 'overload', time);
  }

  /** A snapshot begins: levels are forgotten, own orders and their places are not. */
  onClear(side: 1 | -1 | 0, upTo: number): void {
    this.ladder.clear(side, upTo);
    if (side <= 0) this.#taken[0].clear();
    if (side >= 0) this.#taken[1].clear();
  }

  isSleeping(order: BookOrder): boolean {
    return this.#triggers.has(order);
  }

  #refuse(order: BookOrder, reason: AnswerReason, time: number): void {
    order.isOpen = false;
    this.#answer(order, 'rejected', time, reason, order.price, 0, false);
  }

  /** Ends an order that may be resting, sleeping or new. */
  #end(order: BookOrder, kind: 'cancelled' | 'expired', reason: AnswerReason, time: number): void {
    if (!order.isOpen) return;
    this.#close(order);
    (order.side > 0 ? this.buys : this.sells).remove(order);
    this.#triggers.remove(order);
    this.#answer(order, kind, time, reason, order.price, 0, false);
  }

  cancel(id: number, side: 1 | -1, time: number): void {
    const order = this.#open.get(id);
    if (order) this.#end(order, 'cancelled', 'none', time);
    else this.#unknown(id, side, 'cancelRejected', time);
  }

  /**
   * Changes price or open size. A smaller size at the same price keeps the place in the queue; a new price or more size goes to the back,
   * and may take if it is not post-only. A sleeping trigger order changes in place. What filled since the trader knew `of` open counts towards the new
   * size; an order that has that much already ends.
   */
  amend(
    id: number,
    side: 1 | -1,
    change: { readonly price?: number; readonly left?: number; readonly of?: number },
    time: number,
  ): void {
    const order = this.#open.get(id);
    if (!order) {
      this.#unknown(id, side, 'amendRejected', time);
      return;
    }
    const price = change.price ?? order.price;
    const filled = change.of === undefined ? 0 : change.of - order.left;
    const left = change.left === undefined ? order.left : change.left - filled;
    if (filled > 0 && left <= 0) {
      this.#end(order, 'cancelled', 'none', time);
      return;
    }
    if (!Number.isInteger(left) || left <= 0 || !(price > 0 || Number.isNaN(price))) {
      this.#answer(order, 'amendRejected', time, 'invalid', order.price, 0, false);
      return;
    }
    const keepsPlace = this.#triggers.has(order) || (price === order.price && left <= order.left);
    order.price = price;
    order.left = left;
    this.#answer(order, 'amended', time, 'none', price, 0, false);
    if (keepsPlace) return;
    (order.side > 0 ? this.buys : this.sells).remove(order);
    this.#place(order, time);
  }

  #unknown(id: number, side: 1 | -1, kind: 'cancelRejected' | 'amendRejected', time: number): void {
    const order = new BookOrder({ id, side, lots: 0 });
    order.isOpen = false;
    this.#answer(order, kind, time, 'unknownOrder', Number.NaN, 0, false);
  }

  /** Ends the orders whose time is up at `time`. */
  expire(time: number): void {
    this.nextExpiry = Number.POSITIVE_INFINITY;
    for (const order of this.openOrders) {
      if (order.expiresAt <= time) this.#end(order, 'expired', 'timeUp', time);
      else if (order.expiresAt < this.nextExpiry) this.nextExpiry = order.expiresAt;
    }
  }

  /** Cancels everything and closes the position at the market; what the book cannot take stays for the next time. */
  liquidate(time: number): void {
    this.cancelAll('liquidated', time);
    const { position } = this.account;
    if (position !== 0)
      this.submit({ id: LIQUIDATION_ID, side: position > 0 ? -1 : 1, lots: Math.abs(position) }, time);
  }

  /** Ends all orders. */
  cancelAll(reason: AnswerReason, time: number): void {
    for (const order of this.openOrders) this.#end(order, 'cancelled', reason, time);
  }
}

/** Whether an incoming order would trade with a resting one of the other side. */
function doesMeet(order: BookOrder, other: BookOrder): boolean {
  return Number.isNaN(order.price) || (order.price - other.price) * order.side >= 0;
}
