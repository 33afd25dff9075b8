import { type BookEvents, EVENT, SEE } from '../../book/book-events.ts';
import { BookOrder } from '../../book/book-order.ts';
import type { PartSource } from '../../book/event-parts.ts';
import { PriceLadder } from '../../book/ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from '../../book/ladder-side.ts';
import { RestingOrders } from '../../book/order-lists.ts';
import { sharePartial } from '../../book/passive-fills.ts';
import type { QueueModel } from '../../book/queue-models.ts';
import { TakenSizes, takeFrom } from '../../book/taking.ts';
import type { Levels, MarketBook } from './replay-book.ts';
import { isOpen, type ReplayOrder } from './replay-order.ts';

/** Levels of a side that are ever shown. */
const MOST_LEVELS = 1_000;
/** So long before a part ends, the next one has to be there. */
const NEAR_MS = 60_000;

/** What a recording does to the market and to the account's resting orders. */
export interface RecordingListener {
  /** The account's open orders of the symbol. */
  own(): readonly ReplayOrder[];
  /** A resting order's turn has come for `lots`, at its own price. */
  fill(order: ReplayOrder, lots: number): void;
  /** A public trade; `side` is the aggressor's, `time` ms UTC. */
  trade(side: 1 | -1, tick: number, lots: number, time: number): void;
  mark(tick: number): void;
}

/**
 * A recorded book with the account's resting orders in its queues, by the rules of `docs/assumptions/book-fills.md` (partial fills, what was taken stays
 * gone): price, then time; each order behind what its level showed when it came. Market time moves it by `play`; between two plays it stands still.
 */
export class RecordedBook implements MarketBook {
  readonly queues = true;
  liquidity = 1;
  readonly #source: PartSource;
  readonly #parts: Iterator<BookEvents>;
  readonly #queue: QueueModel;
  readonly #ladder = new PriceLadder();
  readonly #takenBids = new TakenSizes();
  readonly #takenAsks = new TakenSizes();
  readonly #buys = new RestingOrders(1);
  readonly #sells = new RestingOrders(-1);
  readonly #places = new Map<ReplayOrder, BookOrder>();
  readonly #orders = new Map<BookOrder, ReplayOrder>();
  #part: BookEvents | null = null;
  #cursor = 0;
  #isEmpty = false;
  #isOver = false;
  /** ms UTC. */
  #playedTo = Number.NEGATIVE_INFINITY;
  #lastId = 0;
  /** Changes of levels so far. */
  changes = 0;

  constructor(parts: PartSource, queue: QueueModel) {
    this.#source = parts;
    this.#parts = parts[Symbol.iterator]();
    this.#queue = queue;
  }

  /** All of it has been played. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Market time may go on by a step (less than a minute): a part is at hand, and near its end the one after it. */
  get isReady(): boolean {
    if (this.#isOver) return true;
    const part = this.#part;
    if (part === null) return false;
    if (this.#source.isReady !== false) return true;
    const last = part.originMs + (part.exchangeTime[part.length - 1] ?? 0) / 1e6;
    return last > this.#playedTo + NEAR_MS;
  }

  /** Makes `isReady` true. */
  async ready(): Promise<void> {
    await this.#source.ready?.();
    if (this.#part !== null || !this.#next()) return;
    await this.#source.ready?.();
  }

  /** Goes on to the next part; false where there is none. */
  #next(): boolean {
    const next = this.#parts.next();
    if (next.done) {
      this.#isOver = true;
      return false;
    }
    this.#part = next.value;
    this.#cursor = 0;
    return true;
  }

  /** Plays all that happened up to and including `until` (ms UTC). @returns whether the recording goes on */
  play(until: number, listener: RecordingListener): boolean {
    this.#isEmpty = false;
    this.#playedTo = until;
    this.#seat(listener.own());
    for (;;) {
      const part = this.#part;
      if (part !== null && this.#playPart(part, until, listener)) return true;
      if (!this.#next()) return false;
    }
  }

  /** @returns whether the part has rows that lie after `until` */
  #playPart(part: BookEvents, until: number, listener: RecordingListener): boolean {
    const { length, see, kind, side, exchangeTime, price, lots, originMs } = part;
    const limit = (until - originMs) * 1e6;
    for (; this.#cursor < length; this.#cursor++) {
      const i = this.#cursor;
      if ((see[i]! & SEE.exchange) === 0) continue;
      if (exchangeTime[i]! > limit) return true;
      const what = kind[i]!;
      const sign = side[i]! as 1 | -1;
      if (what === EVENT.depth) this.#onDepth(sign, price[i]!, lots[i]!, listener);
      else if (what === EVENT.trade) {
        this.#onTrade(sign, price[i]!, lots[i]!, listener);
        listener.trade(sign, price[i]!, lots[i]!, Math.floor(originMs + exchangeTime[i]! / 1e6));
        this.#seat(listener.own());
      } else if (what === EVENT.clear) this.#onClear(side[i]! as 1 | -1 | 0, price[i]!);
      else if (what === EVENT.mark) listener.mark(price[i]!);
    }
    return false;
  }

  #onDepth(side: 1 | -1, tick: number, shown: number, listener: RecordingListener): void {
    const ladder = this.#ladder;
    const [bid, ask] = [ladder.bestBid, ladder.bestAsk];
    const lots = (side > 0 ? this.#takenBids : this.#takenAsks).lessTaken(tick, shown);
    const before = ladder.set(side, tick, lots);
    this.changes++;
    for (const place of (side > 0 ? this.#buys : this.#sells).orders)
      if (place.price === tick) this.#queue.onDepth(place, before, lots);
    if (ladder.bestAsk < ask) this.#cross(this.#buys, listener);
    if (ladder.bestBid > bid) this.#cross(this.#sells, listener);
  }

  /** The other side came to own orders: they are filled at their own price, with no more than it shows. */
  #cross({ orders }: RestingOrders, listener: RecordingListener): void {
    for (const place of [...orders]) {
      const other = place.side > 0 ? this.#ladder.bestAsk : this.#ladder.bestBid;
      if ((place.price - other) * place.side < 0) return;
      const taken = place.side > 0 ? this.#takenAsks : this.#takenBids;
      const lots = takeFrom(this.#ladder, place.side, place.left, place.price, taken, null);
      if (lots > 0) listener.fill(this.#orders.get(place)!, lots);
      this.#seat(listener.own());
    }
  }

  #onTrade(side: 1 | -1, tick: number, lots: number, listener: RecordingListener): void {
    const { orders } = side > 0 ? this.#sells : this.#buys;
    if (orders.length === 0) return;
    const shares: (readonly [BookOrder, number])[] = [];
    sharePartial(orders, this.#queue, side, tick, lots, (place, share) => shares.push([place, share]));
    for (const [place, share] of shares) {
      const order = this.#orders.get(place)!;
      // One fill may end others that only reduce.
      if (isOpen(order)) listener.fill(order, share);
    }
  }

  #onClear(side: 1 | -1 | 0, upTo: number): void {
    this.#ladder.clear(side, upTo);
    if (side >= 0) this.#takenBids.clear();
    if (side <= 0) this.#takenAsks.clear();
    this.changes++;
  }

  /** Brings places up to the account's orders: new ones go to the back, smaller ones keep their place, those that ended leave. */
  #seat(own: readonly ReplayOrder[]): void {
    for (const [order, place] of this.#places) {
      const left = isOpen(order) ? order.lots - order.filled : 0;
      if (left > 0 && order.tick === place.price && left <= place.left) {
        place.left = left;
        continue;
      }
      (place.side > 0 ? this.#buys : this.#sells).remove(place);
      this.#places.delete(order);
      this.#orders.delete(place);
    }
    for (const order of own) {
      if (order.tick === 0 || order.stopTick > 0 || !isOpen(order) || this.#places.has(order)) continue;
      const { side, tick } = order;
      const place = new BookOrder({ id: ++this.#lastId, side, lots: order.lots - order.filled, price: tick });
      place.front = (side > 0 ? this.#ladder.bids : this.#ladder.asks).get(tick);
      (side > 0 ? this.#buys : this.#sells).add(place);
      this.#places.set(order, place);
      this.#orders.set(place, order);
    }
  }

  /** A price of 0 empties the book until time goes on; any other says nothing that the recording does not. */
  move(tick: number): void {
    this.#isEmpty = tick <= 0;
  }

  touch(side: 1 | -1): number {
    const best = side > 0 ? this.#ladder.bestBid : this.#ladder.bestAsk;
    return this.#isEmpty || best === NO_LEVEL_BELOW || best === NO_LEVEL_ABOVE ? 0 : best;
  }

  get bestBid(): number {
    return this.touch(1);
  }

  get bestAsk(): number {
    return this.touch(-1);
  }

  levels(side: 1 | -1): Levels {
    const out: (readonly [number, number])[] = [];
    const own = side > 0 ? this.#ladder.bids : this.#ladder.asks;
    let tick = this.touch(side);
    if (tick === 0) return out;
    while (out.length < MOST_LEVELS && tick !== NO_LEVEL_BELOW && tick !== NO_LEVEL_ABOVE) {
      const lots = Math.floor(own.get(tick) * this.liquidity);
      if (lots > 0) out.push([tick, lots]);
      tick = own.next(tick);
    }
    return out;
  }

  take(side: 1 | -1, tick: number, lots: number): void {
    const ladder = this.#ladder;
    (side > 0 ? this.#takenBids : this.#takenAsks).add(tick, lots);
    ladder.set(side, tick, (side > 0 ? ladder.bids : ladder.asks).get(tick) - lots);
  }
}
