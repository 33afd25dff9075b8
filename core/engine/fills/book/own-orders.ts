import { type Answer, limitRequest } from '../../../book/book-order.ts';
import { OrderTable } from '../../../book/order-table.ts';
import { takeOut } from '../../../foundation/short-list.ts';
import type { PairSurface } from '../../../strategy/pair-surface.ts';
import type { QuoteColumns } from '../../../strategy/quote-columns.ts';
import type { OrderRequestOfAuthor } from '../../../strategy/quotes.ts';
import { type OwnOrder, type OwnOrdersOptions, ownOrder } from './own-order.ts';
import { planQuotes, type RestingQuote, type WantedLevel } from './quote-plan.ts';
import type { Purse } from './spot-cash.ts';

/** For so long a price that was refused for taking is left alone, ns. */
const RETRY_NS = 50e6;
/** A buy at the market of a spot pair pays the last price times this at most. */
const MOST_ABOVE = 1.05;
const NONE: readonly WantedLevel[] = [];
const NO_CHANGE: { readonly price?: number; readonly amount?: number } = {};

/**
 * Quotes and orders by hand of one strategy on one instrument: turns wishes into requests as limits allow, and keeps what has been answered.
 * Knows no money: fills are booked by the venue.
 */
export class OwnOrders {
  readonly open = new OrderTable<OwnOrder>();
  /** Engine time at which something that waits may be sent, ns; Infinity when nothing waits for time. */
  retryAt = Number.POSITIVE_INFINITY;
  readonly #options: OwnOrdersOptions;
  readonly #surface: PairSurface;
  readonly #tolerance: number;
  /** By side (bids, asks): price that was refused as taking, and until when it is left alone. */
  readonly #refusedTicks = [Number.NaN, Number.NaN];
  readonly #refusedUntil = [0, 0];
  /** Quotes among the open ones: bids, asks. */
  readonly #quotes: readonly [OwnOrder[], OwnOrder[]] = [[], []];
  /** The standing wish in ticks and lots, once it has been merged. */
  readonly #bids: WantedLevel[] = [];
  readonly #asks: WantedLevel[] = [];
  #isMerged = false;
  /** The standing wish is not reached yet. */
  #isOpen = false;
  /** A level of the side at hand was left out because its price was just refused. */
  #isHeldBack = false;
  /** Cash or position did not allow for all of the standing wish. */
  #isCut = false;

  constructor(options: OwnOrdersOptions) {
    this.#options = options;
    this.#surface = options.surface;
    this.#tolerance = options.tolerance ?? 0;
  }

  /** Lots of a side that rest at a price as far as is known: what a live book shows of our own. */
  lotsAt(sign: 1 | -1, ticks: number): number {
    let lots = 0;
    for (const order of this.#quotes[sign > 0 ? 0 : 1])
      if (order.ticks === ticks && order.pending !== 'new') lots += order.lots;
    for (const id of this.#surface.open) {
      const order = this.open.get(id);
      if (order?.sign === sign && order.ticks === ticks && order.pending !== 'new') lots += order.lots;
    }
    return lots;
  }

  /** Sends what the strategy asked for since the last event, and what waits. Engine time, ns. */
  settle(time: number): void {
    const surface = this.#surface;
    if (!surface.hasNewWish && !this.#isOpen && surface.requests.length === 0) return;
    this.retryAt = Number.POSITIVE_INFINITY;
    if (surface.requests.length > 0) this.#handRequests(time);
    if (surface.hasNewWish) {
      surface.hasNewWish = false;
      this.#isOpen = true;
      this.#isMerged = false;
    }
    if (this.#isOpen && surface.hasWish) this.#reach(time);
    this.#options.shareMargin?.(this.open.list());
  }

  /** Somebody else on the account has had news: what cash did not allow for is tried again. */
  reconsider(): void {
    if (this.#isCut) this.#isOpen = true;
  }

  /** A side is left alone until then: the venue does not want its quotes. Engine time, ns. */
  holdBack(sign: 1 | -1, until: number): void {
    const at = sign > 0 ? 0 : 1;
    this.#refusedTicks[at] = sign > 0 ? 0 : Number.POSITIVE_INFINITY;
    this.#refusedUntil[at] = until;
  }

  /** Cash (coins) that bids (asks) hold back, those under way to be cancelled left out: what a new wish may count on. */
  quotesHold(sign: 1 | -1): number {
    const quotes = this.#quotes[sign > 0 ? 0 : 1];
    return quotes.reduce((sum, { pending, held }) => (pending === 'cancel' ? sum : sum + held), 0);
  }

  /** What orders of a side hold something back from; undefined where nothing is held back. */
  #purse(sign: 1 | -1): Purse | undefined {
    return sign > 0 ? this.#options.cash : this.#options.coins;
  }

  /** Takes an answer about an own order; the order is gone from `open` when it has ended. */
  answer(order: OwnOrder, { kind, left, price, reason }: Answer, time: number): void {
    order.lots = left;
    if (kind === 'amended') order.ticks = price;
    if (kind === 'accepted' || kind === 'amended' || kind === 'cancelRejected' || kind === 'amendRejected') {
      // On spot one change at a time: cash is held for one.
      if (order.held === 0 || kind !== 'accepted' || order.pending !== 'amend') order.pending = 'none';
    } else if (kind !== 'partiallyFilled' && kind !== 'triggered') {
      this.open.delete(order.id);
      if (order.isQuote) takeOut(this.#quotes[order.sign > 0 ? 0 : 1], order);
      else this.#surface.open.delete(order.id);
      if (reason === 'wouldTake') {
        const at = order.sign > 0 ? 0 : 1;
        this.#refusedTicks[at] = order.ticks;
        this.#refusedUntil[at] = time + RETRY_NS;
      }
    }
    if (order.held > 0) this.#release(order, kind, left);
    // What was accepted as it was sent leaves the wish as near as it was.
    if (kind !== 'accepted' && kind !== 'amended') this.#isOpen = true;
    this.#options.shareMargin?.(this.open.list());
  }

  /** Gives back what an order no longer needs. An order by hand may be changed again before the first change is answered: it keeps the dearest. */
  #release(order: OwnOrder, kind: Answer['kind'], left: number): void {
    const isOver = !this.open.has(order.id);
    if (!isOver && (order.pending === 'amend' || kind === 'accepted' || (kind === 'amended' && !order.isQuote))) return;
    this.#purse(order.sign)!.keep(order, isOver ? 0 : left, order.ticks);
  }

  /** Sends requests by hand in their order; the first that limits hold back keeps those after it waiting. */
  #handRequests(time: number): void {
    const { requests } = this.#surface;
    let sent = 0;
    while (sent < requests.length && this.#byHand(requests[sent]!, time)) sent++;
    if (sent < requests.length) requests.splice(0, sent);
    // A splice makes a list for what it takes out.
    else while (requests.length > 0) requests.pop();
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
      if (order.held > 0 && order.pending === 'amend' && request.kind === 'amend') return false;
      const { price, amount } = request.kind === 'amend' ? request.change : NO_CHANGE;
      const ticks = price === undefined ? order.ticks : instrument.ticksNear(price);
      const lots = amount === undefined ? order.lots : Math.max(1, instrument.lots(amount));
      if (order.held > 0 && !this.#purse(order.sign)!.change(order, lots, ticks)) return true;
      if (!meter.allows(time, request.kind === 'cancel')) return false;
      order.pending = request.kind;
      order.toTicks = ticks;
      order.toLots = lots;
      if (request.kind === 'cancel') sink.cancel(request.id);
      else
        sink.amend(request.id, {
          ...(price !== undefined && { price: ticks }),
          ...(amount !== undefined && { left: lots, ...(order.held > 0 && { of: order.lots }) }),
        });
      return true;
    }
    const { order, id } = request;
    const sign = order.side === 'buy' ? 1 : -1;
    const { cash, coins, onlyCloses = false } = this.#options;
    const asked = instrument.lots(order.amount);
    const lots = coins !== undefined && sign < 0 && order.reduceOnly ? Math.min(asked, coins.free) : asked;
    let ticks =
      order.price === undefined
        ? Number.NaN
        : sign > 0
          ? instrument.ticksDown(order.price)
          : instrument.ticksUp(order.price);
    let isRefused = lots < Math.max(1, instrument.minLots) || (!order.reduceOnly && mayOpen?.() === false);
    if (!isRefused && !order.reduceOnly && !this.#covers(sign, lots, ticks)) {
      this.#options.onRefused?.(sign < 0 && onlyCloses && coins === undefined ? 'no_shorting' : 'insufficient_funds');
      isRefused = true;
    }
    if (isRefused) {
      surface.open.delete(id);
      return true;
    }
    if (!meter.allows(time, false)) return false;
    let { postOnly = false, reduceOnly = false, timeInForce = 'gtc' } = order;
    if (cash !== undefined && sign > 0 && Number.isNaN(ticks)) {
      ticks = this.#marketLimit(cash.reach(lots));
      timeInForce = timeInForce === 'fok' ? 'fok' : 'ioc';
    } else if (sign < 0 && onlyCloses) reduceOnly = true;
    const own = ownOrder(id, sign, order.tag ?? null, false, ticks, lots);
    this.#purse(sign)?.take(own, lots, ticks);
    this.open.add(own);
    sink.submit(limitRequest(id, sign, lots, ticks, postOnly, reduceOnly, timeInForce));
    return true;
  }

  /** Position and cash allow an order by hand, beside what rests on its side. */
  #covers(sign: 1 | -1, lots: number, ticks: number): boolean {
    const { cap, cash, coins, lastTicks, onlyCloses } = this.#options;
    if (coins !== undefined && sign < 0) return coins.free >= lots;
    if (cap === undefined) return true;
    const price = Number.isNaN(ticks) ? (lastTicks?.() ?? Number.NaN) : ticks;
    if (!(price > 0)) return true;
    if (cash !== undefined && sign > 0) return cash.reach(lots) >= price;
    let resting = 0;
    if (onlyCloses && sign < 0) for (const other of this.open.list()) if (other.sign === sign) resting += other.lots;
    return cap(sign, price, resting + lots) >= resting + lots;
  }

  /** A buy at the market goes no further than cash does, nor than venues let a limit be from the last price. */
  #marketLimit(reach: number): number {
    const last = this.#options.lastTicks?.() ?? Number.NaN;
    return last > 0 ? Math.min(reach, Math.ceil(last * MOST_ABOVE)) : reach;
  }

  #reach(time: number): void {
    const mayOpen = this.#options.mayOpen?.() ?? true;
    this.#isCut = false;
    if (!this.#isMerged) {
      this.#merge(this.#surface.bids, 1, this.#bids);
      this.#merge(this.#surface.asks, -1, this.#asks);
      this.#isMerged = true;
    }
    const isBidsReached = this.#reachSide(mayOpen ? this.#bids : NONE, 1, time);
    const isAsksReached = this.#reachSide(mayOpen ? this.#asks : NONE, -1, time);
    this.#isOpen = !mayOpen || !isBidsReached || !isAsksReached || this.#surface.requests.length > 0;
  }

  /** A side of the wish in ticks and lots, levels that meet on a tick added up, into a list whose levels are used again. */
  #merge({ count, price, amount }: QuoteColumns, sign: 1 | -1, into: WantedLevel[]): void {
    const { instrument } = this.#options;
    let made = 0;
    for (let i = 0; i < count; i++) {
      const ticks = sign > 0 ? instrument.ticksDown(price[i]!) : instrument.ticksUp(price[i]!);
      if (!(ticks > 0)) continue;
      const lots = instrument.lots(amount[i]!);
      let k = 0;
      while (k < made && into[k]!.ticks !== ticks) k++;
      if (k < made) into[k]!.lots += lots;
      else {
        const level = into[made++];
        if (level === undefined) into.push({ ticks, lots });
        else {
          level.ticks = ticks;
          level.lots = lots;
        }
      }
    }
    while (into.length > made) into.pop();
  }

  #reachSide(levels: readonly WantedLevel[], sign: 1 | -1, time: number): boolean {
    const quotes = this.#quotes[sign > 0 ? 0 : 1];
    let count = 0;
    let one: OwnOrder | null = null;
    for (let i = 0; i < quotes.length; i++) {
      const order = quotes[i]!;
      if (order.pending === 'cancel') continue;
      // An amendment under way is waited for: its order may be filled before.
      if (order.pending === 'amend') return false;
      count++;
      one = order;
    }
    if (levels.length === 0 && count === 0) return true;
    this.#isHeldBack = false;
    const isSent =
      levels.length < 2 && count < 2
        ? this.#reachOne(levels.length === 0 ? null : levels[0]!, one, sign, time)
        : this.#reachMany(levels, sign, time);
    return isSent && !this.#isHeldBack;
  }

  /** The commonest case, as `planQuotes` has it but without lists: at most one order, at most one level. False where limits hold something back. */
  #reachOne(level: WantedLevel | null, quote: OwnOrder | null, sign: 1 | -1, time: number): boolean {
    if (level === null) return this.#cancel(quote!, time);
    const { ticks } = level;
    if (quote !== null && this.#isThere(level, quote, sign)) return true;
    const lots = this.#allowed(level, 0, sign, time);
    if (quote === null) return lots === 0 || this.#place(sign, ticks, lots, time);
    if (lots === 0) return this.#cancel(quote, time);
    if (Math.abs(quote.ticks - ticks) > this.#tolerance) return this.#amend(quote, ticks, lots, time);
    if (quote.lots > lots) return this.#amend(quote, quote.ticks, lots, time);
    return quote.lots === lots || this.#place(sign, ticks, lots - quote.lots, time);
  }

  /** What rests is what is wanted, and has been allowed for. */
  #isThere({ ticks, lots }: WantedLevel, quote: OwnOrder, sign: 1 | -1): boolean {
    if (quote.lots !== lots || quote.ticks !== ticks) return false;
    const { cap } = this.#options;
    return cap === undefined || cap(sign, ticks, lots) >= lots;
  }

  #reachMany(levels: readonly WantedLevel[], sign: 1 | -1, time: number): boolean {
    const resting: RestingQuote[] = this.#quotes[sign > 0 ? 0 : 1].filter(({ pending }) => pending !== 'cancel');
    const steps = planQuotes(resting, this.#wanted(levels, sign, time), this.#tolerance);
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      const isSent =
        step.kind === 'place'
          ? this.#place(sign, step.ticks, step.lots, time)
          : step.kind === 'cancel'
            ? this.#cancel(this.open.get(step.id)!, time)
            : this.#amend(this.open.get(step.id)!, step.ticks, step.lots, time);
      if (!isSent) return false;
    }
    return true;
  }

  /** False where limits hold a request back: it is sent when they allow. */
  #mayAsk(time: number, isCancel: boolean): boolean {
    const { meter } = this.#options;
    if (meter.allows(time, isCancel)) return true;
    this.retryAt = Math.min(this.retryAt, meter.readyAt(time));
    return false;
  }

  #place(sign: 1 | -1, ticks: number, lots: number, time: number): boolean {
    // What is missing beside an order that rests may be too little for the venue.
    if (!this.#isEnough(lots, ticks)) return true;
    if (!this.#mayAsk(time, false)) return false;
    const id = this.#surface.takeId();
    const order = ownOrder(id, sign, null, true, ticks, lots);
    const { sink, onlyCloses = false } = this.#options;
    // Levels are capped one by one: the last lot of a deep wish may be too much, and what is being cancelled still holds its part.
    const purse = this.#purse(sign);
    if (purse !== undefined && !purse.take(order, lots, ticks)) return true;
    this.open.add(order);
    this.#quotes[sign > 0 ? 0 : 1].push(order);
    sink.submit(limitRequest(id, sign, lots, ticks, true, onlyCloses && sign < 0, 'gtc'));
    return true;
  }

  #amend(order: OwnOrder, ticks: number, lots: number, time: number): boolean {
    if (!this.#mayAsk(time, false)) return false;
    if (order.held > 0 && !this.#purse(order.sign)!.change(order, lots, ticks)) return this.#cancel(order, time);
    order.pending = 'amend';
    order.toTicks = ticks;
    order.toLots = lots;
    const { sink } = this.#options;
    if (order.held > 0) sink.amend(order.id, { price: ticks, left: lots, of: order.lots });
    else sink.amend(order.id, { price: ticks, left: lots });
    return true;
  }

  #cancel(order: OwnOrder, time: number): boolean {
    if (!this.#mayAsk(time, true)) return false;
    order.pending = 'cancel';
    this.#options.sink.cancel(order.id);
    return true;
  }

  /** The levels, those too small for the venue or just refused left out. */
  #wanted(levels: readonly WantedLevel[], sign: 1 | -1, time: number): readonly WantedLevel[] {
    const found: WantedLevel[] = [];
    let taken = 0;
    for (let i = 0; i < levels.length; i++) {
      const level = levels[i]!;
      const lots = this.#allowed(level, taken, sign, time);
      taken += this.#capped;
      if (lots > 0) found.push({ ticks: level.ticks, lots });
    }
    return found;
  }

  /** The venue takes an order of so much. */
  #isEnough(lots: number, ticks: number): boolean {
    const { instrument } = this.#options;
    if (lots < 1 || lots < instrument.minLots) return false;
    return !(instrument.minCost > 0 && instrument.amount(lots) * instrument.price(ticks) < instrument.minCost);
  }

  /** What position and cash leave of the level last looked at. */
  #capped = 0;

  /** Lots of a level beside `taken` of its side: 0 where it is too small for the venue, or was just refused. */
  #allowed({ ticks, lots: asked }: WantedLevel, taken: number, sign: 1 | -1, time: number): number {
    const { cap } = this.#options;
    const lots = cap === undefined ? asked : Math.max(0, Math.min(asked, cap(sign, ticks, taken + asked) - taken));
    this.#capped = lots;
    if (lots < asked) this.#isCut = true;
    if (!this.#isEnough(lots, ticks)) return 0;
    const side = sign > 0 ? 0 : 1;
    const until = this.#refusedUntil[side]!;
    if (time >= until || sign * (ticks - this.#refusedTicks[side]!) < 0) return lots;
    this.retryAt = Math.min(this.retryAt, until);
    this.#isHeldBack = true;
    return 0;
  }
}
