import { TidegateError } from '../foundation/errors.ts';
import { BookAccount } from './account.ts';
import type { Amendment, BookBrokerOptions } from './book-broker-options.ts';
import { type BookEvents, EVENT, SEE } from './book-events.ts';
import type { Answer, BookSide, OrderRequest } from './book-order.ts';
import { EventParts, NO_EVENTS } from './event-parts.ts';
import { PriceLadder } from './ladder.ts';
import type { LatencyModel } from './latency.ts';
import { MarginWatch } from './margin-watch.ts';
import { type AnswerSink, Matching } from './matching.ts';
import { MessageQueue } from './message-queue.ts';
import type { Tape } from './tape.ts';
import { TraderSide } from './trader-side.ts';

type Request =
  | { readonly kind: 'new'; readonly order: OrderRequest }
  | { readonly kind: 'overload'; readonly order: OrderRequest }
  | { readonly kind: 'cancel'; readonly id: number; readonly side: BookSide }
  | { readonly kind: 'amend'; readonly id: number; readonly side: BookSide; readonly change: Amendment };

/**
 * A trader and an exchange on one instrument's recorded book, with delays between them. The exchange works on events at their exchange
 * time, the trader sees them at their receive time; requests and answers travel as timed messages and nothing returns a result.
 * At equal times: local data, answers at the trader, exchange data, requests at the exchange.
 */
export class BookBroker {
  /** The book as the trader sees it. */
  readonly book: PriceLadder;
  readonly trader: TraderSide;
  readonly exchange: Matching;
  readonly #parts: EventParts;
  readonly #latency: LatencyModel;
  readonly #margin: MarginWatch | null;
  readonly #onAnswer: ((answer: Answer) => void) | undefined;
  readonly #onPrint: ((events: BookEvents, row: number) => void) | null;
  readonly #tape: Tape | null;
  readonly #remembers: boolean;
  readonly #requests = new MessageQueue<Request>();
  readonly #answers = new MessageQueue<Answer>();
  /** Each half's part (number and table) and row in it. */
  #exchangePart = 0;
  #exchangeEvents: BookEvents;
  #exchangeCursor = 0;
  #localPart = 0;
  #localEvents: BookEvents;
  #localCursor = 0;
  /** Where the look for the next rare row has got to in the trader's part. */
  #rareCursor = 0;
  /** Changes of the trader's book so far. */
  bookChanges = 0;
  #now = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #exchangeNow = Number.NEGATIVE_INFINITY;
  #requestCount = 0;
  #answerCount = 0;

  constructor(options: BookBrokerOptions) {
    const unit = options.grid.tickSize * options.grid.lotSize;
    this.#parts = new EventParts(options.events);
    this.#exchangeEvents = this.#parts.at(0) ?? NO_EVENTS;
    this.#localEvents = this.#exchangeEvents;
    this.#latency = options.latency;
    this.#onAnswer = options.onAnswer;
    this.#onPrint = options.onPrint ?? null;
    this.#tape = options.tape ?? null;
    this.#remembers = options.remembers ?? true;
    this.book = new PriceLadder(options.ladderWindow);
    this.trader = new TraderSide(new BookAccount(options.fee, unit));
    this.exchange = new Matching({
      ladder: new PriceLadder(options.ladderWindow),
      account: new BookAccount(options.fee, unit),
      queue: options.queue,
      answer: this.#answer,
      ...(options.fills && { fills: options.fills }),
      ...(options.takesConsume !== undefined && { takesConsume: options.takesConsume }),
      ...(options.selfTrade && { selfTrade: options.selfTrade }),
    });
    this.#margin = options.margin ? new MarginWatch(options.margin, this.exchange.account, unit) : null;
  }

  /** The trader's clock, ns since the origin. */
  get now(): number {
    return this.#now;
  }

  /** When the next row reaches the trader; Infinity when there is none left. */
  get nextLocalTime(): number {
    for (;;) {
      const { length, see, localTime } = this.#localEvents;
      let i = this.#localCursor;
      while (i < length && (see[i]! & SEE.local) === 0) i++;
      this.#localCursor = i;
      if (i < length) return localTime[i]!;
      if (!this.#nextLocalPart()) return Number.POSITIVE_INFINITY;
    }
  }

  /**
   * When the next row that is neither a level nor a trade nor a clear reaches the trader, or the last row of the part at hand, whichever comes
   * first; Infinity at the end. A reader that sleeps no longer than this misses none.
   */
  get nextRareTime(): number {
    if (this.nextLocalTime === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const { length, kind, localTime } = this.#localEvents;
    let i = Math.max(this.#rareCursor, this.#localCursor);
    while (i < length - 1 && kind[i]! <= EVENT.clear) i++;
    this.#rareCursor = i;
    return localTime[i]!;
  }

  #nextLocalPart(): boolean {
    const next = this.#parts.at(this.#localPart + 1);
    if (!next) return false;
    this.#localEvents = next;
    this.#localPart++;
    this.#localCursor = 0;
    this.#rareCursor = 0;
    this.#parts.release(Math.min(this.#localPart, this.#exchangePart));
    return true;
  }

  /** All events have been seen by both sides and no message is under way. */
  get isDone(): boolean {
    if (this.#requests.length > 0 || this.#answers.length > 0) return false;
    const isExchangeDone =
      this.#exchangeCursor >= this.#exchangeEvents.length && !this.#parts.at(this.#exchangePart + 1);
    return isExchangeDone && this.#localCursor >= this.#localEvents.length && !this.#parts.at(this.#localPart + 1);
  }

  /** Sends a new order now. Its fate arrives as answers. */
  submit(order: OrderRequest): void {
    if (this.#remembers) this.trader.sent(order);
    const delay = this.#latency.entry(this.#now, this.#requestCount++);
    this.#requests.push({ kind: delay.kind === 'rejected' ? 'overload' : 'new', order }, this.#now + delay.ns);
  }

  cancel(id: number): void {
    const known = this.trader.orders.get(id);
    if (known) known.pending = 'cancel';
    this.#send({ kind: 'cancel', id, side: known?.side ?? 1 });
  }

  amend(id: number, change: Amendment): void {
    const known = this.trader.orders.get(id);
    if (known) known.pending = 'amend';
    this.#send({ kind: 'amend', id, side: known?.side ?? 1, change });
  }

  #send(request: Request): void {
    const delay = this.#latency.entry(this.#now, this.#requestCount++);
    this.#requests.push(request, this.#now + delay.ns);
  }

  /**
   * Lets everything up to and including `time` happen and returns `time`. With `onAnswer`, time stops at each answer, so that requests made there
   * leave then; `interrupt` there makes it end sooner.
   * @throws TidegateError BOOK_TIME_BACK when `time` lies before the last one
   */
  advanceTo(time: number): number {
    if (time < this.#now)
      throw new TidegateError('BOOK_TIME_BACK', `Time cannot go back from ${this.#now} to ${time} ns`);
    this.#until = time;
    while (this.#onAnswer) {
      const arrival = this.#runUntilAnswer(this.#until);
      if (arrival > this.#until) break;
      this.#see(arrival);
    }
    this.#runExchange(this.#until, false);
    this.#see(this.#until);
    return this.#until;
  }

  /** Makes the `advanceTo` at hand end at `time`, or now where that has passed. */
  interrupt(time: number): void {
    if (time < this.#until) this.#until = Math.max(time, this.#now);
  }

  /** When the next known answer reaches the trader; Infinity when none is under way. */
  get nextAnswerTime(): number {
    return this.#answers.nextTime;
  }

  /** Something of ours is at the exchange or on its way there, so that it may answer. */
  get mayAnswer(): boolean {
    const { exchange } = this;
    return (
      this.#requests.length > 0 || exchange.openCount > 0 || (this.#margin !== null && exchange.account.position !== 0)
    );
  }

  /** When the exchange has something to do next: an event, a request or an expiry. */
  get nextExchangeTime(): number {
    let i = this.#exchangeCursor;
    for (;;) {
      const { length, see, exchangeTime } = this.#exchangeEvents;
      while (i < length && (see[i]! & SEE.exchange) === 0) i++;
      this.#exchangeCursor = i;
      if (i < length) return Math.min(exchangeTime[i]!, this.#requests.nextTime, this.exchange.nextExpiry);
      const next = this.#parts.at(this.#exchangePart + 1);
      if (!next) return Math.min(this.#requests.nextTime, this.exchange.nextExpiry);
      this.#exchangeEvents = next;
      this.#exchangePart++;
      i = 0;
    }
  }

  /** Of several brokers that share a clock: lets the exchange run up to and including `limit`, and nothing reach the trader. */
  runExchange(limit: number): void {
    this.#runExchange(limit, false);
  }

  /** Of several brokers: market data reaches the trader up to and including `limit`. */
  watch(limit: number): void {
    this.#watch(limit);
    if (limit > this.#now) this.#now = limit;
  }

  /** Of several brokers: answers reach the trader up to and including `limit`. */
  receive(limit: number): void {
    this.#see(limit);
  }

  /** Runs the exchange no further than the arrival of the first answer (or `time`) and returns that arrival. */
  #runUntilAnswer(time: number): number {
    while (this.#answers.nextTime > time && this.#exchangeNow < time) this.#runExchange(time, true);
    const bound = this.#answers.nextTime;
    if (bound <= time) this.#runExchange(bound, false);
    return bound;
  }

  /** The exchange's events, requests and expiries up to and including `limit`; `stopsAtAnswer` ends it after one that was answered. */
  #runExchange(limit: number, stopsAtAnswer: boolean): void {
    const answersBefore = this.#answerCount;
    for (;;) {
      const requestTime = this.#requests.nextTime;
      const expiry = this.exchange.nextExpiry;
      const next = Math.min(requestTime, expiry);
      const isCut = this.#replay(Math.min(limit, next), stopsAtAnswer);
      if (isCut || (stopsAtAnswer && this.#answerCount > answersBefore)) return;
      if (next > limit) break;
      if (next > this.#exchangeNow) this.#exchangeNow = next;
      if (expiry <= requestTime) this.exchange.expire(expiry);
      else this.#handle(this.#requests.shift()!, requestTime);
      if (stopsAtAnswer && this.#answerCount > answersBefore) return;
    }
    if (limit > this.#exchangeNow) this.#exchangeNow = limit;
  }

  /** Feeds market events with exchange time <= `limit`; true when it stopped early after an answer. */
  #replay(limit: number, stopsAtAnswer: boolean): boolean {
    for (;;) {
      if (this.#replayPart(limit, stopsAtAnswer)) return true;
      if (this.#exchangeCursor < this.#exchangeEvents.length) return false;
      const next = this.#parts.at(this.#exchangePart + 1);
      if (!next) return false;
      this.#exchangeEvents = next;
      this.#exchangePart++;
      this.#exchangeCursor = 0;
    }
  }

  #replayPart(limit: number, stopsAtAnswer: boolean): boolean {
    const { length, see, kind, side, exchangeTime, price, lots } = this.#exchangeEvents;
    const { exchange } = this;
    const margin = this.#margin;
    const answersBefore = this.#answerCount;
    let i = this.#exchangeCursor;
    for (; i < length; i++) {
      if ((see[i]! & SEE.exchange) === 0) continue;
      const time = exchangeTime[i]!;
      if (time > limit) break;
      const what = kind[i]!;
      if (what === EVENT.depth) {
        if (side[i]! > 0) exchange.onBidDepth(price[i]!, lots[i]!, time);
        else exchange.onAskDepth(price[i]!, lots[i]!, time);
      } else if (what === EVENT.trade) {
        exchange.onTrade(side[i]!, price[i]!, lots[i]!, time);
        if (margin !== null && !margin.hasMark) this.#checkMargin(margin, price[i]!, time);
      } else this.#exchangeRare(i, time);
      if (stopsAtAnswer && this.#answerCount > answersBefore) {
        this.#exchangeCursor = i + 1;
        if (time > this.#exchangeNow) this.#exchangeNow = time;
        return true;
      }
    }
    this.#exchangeCursor = i;
    return false;
  }

  #exchangeRare(i: number, time: number): void {
    const { kind, side, price, lots } = this.#exchangeEvents;
    const what = kind[i]!;
    if (what === EVENT.clear) this.exchange.onClear(side[i]! as 1 | -1 | 0, price[i]!);
    else if (what === EVENT.mark) {
      this.exchange.onReference('mark', price[i]!, time);
      if (this.#margin) {
        this.#margin.hasMark = true;
        this.#checkMargin(this.#margin, price[i]!, time);
      }
    } else if (what === EVENT.index) this.exchange.onReference('index', price[i]!, time);
    else if (what === EVENT.funding) this.exchange.account.payFunding(lots[i]!, price[i]!);
  }

  #checkMargin(margin: MarginWatch, price: number, time: number): void {
    if (margin.isBroken(price)) this.exchange.liquidate(time);
  }

  #handle(request: Request, time: number): void {
    if (request.kind === 'new') this.exchange.submit(request.order, time);
    else if (request.kind === 'cancel') this.exchange.cancel(request.id, request.side, time);
    else if (request.kind === 'amend') this.exchange.amend(request.id, request.side, request.change, time);
    else this.exchange.refuse(request.order, time);
  }

  readonly #answer: AnswerSink = (order, kind, exchangeTime, reason, price, lots, isMaker) => {
    const arrival = exchangeTime + this.#latency.response(exchangeTime, this.#answerCount++);
    const answer: Answer = {
      kind,
      orderId: order.id,
      side: order.side,
      price,
      lots,
      left: order.left,
      isMaker,
      isSleeping: this.exchange.isSleeping(order),
      exchangeTime,
      localTime: this.#answers.arrivalOf(arrival),
      reason,
    };
    this.#answers.push(answer, arrival);
  };

  /** Market data and answers reach the trader up to and including `limit`, data first at equal times. */
  #see(limit: number): void {
    while (this.#answers.nextTime <= limit) {
      const time = this.#answers.nextTime;
      this.#watch(time);
      this.#now = Math.max(this.#now, time);
      const answer = this.#answers.shift()!;
      this.trader.receive(answer);
      this.#onAnswer?.(answer);
    }
    this.#watch(limit);
    this.#now = limit;
  }

  /** Brings the trader's book up to receive time `limit`. */
  #watch(limit: number): void {
    for (;;) {
      this.#watchPart(limit);
      if (this.#localCursor < this.#localEvents.length || !this.#nextLocalPart()) return;
    }
  }

  #watchPart(limit: number): void {
    const { length, see, kind, side, localTime, price, lots } = this.#localEvents;
    const { book } = this;
    const onPrint = this.#onPrint;
    const tape = this.#tape;
    let changes = 0;
    let i = this.#localCursor;
    let last = Number.NaN;
    for (; i < length; i++) {
      if ((see[i]! & SEE.local) === 0) continue;
      const time = localTime[i]!;
      if (time > limit) break;
      if (tape !== null && time !== last) {
        // A message is whole when the next one begins.
        if (changes > 0 && book.hasBoth) tape.add(book.bestBid + book.bestAsk);
        last = time;
      }
      const what = kind[i]!;
      if (what === EVENT.depth) {
        changes++;
        if (side[i]! > 0) book.setBid(price[i]!, lots[i]!);
        else book.setAsk(price[i]!, lots[i]!);
        continue;
      }
      if (onPrint !== null) onPrint(this.#localEvents, i);
      if (what === EVENT.trade) {
        if (tape === null) continue;
        tape.add(2 * price[i]!);
        tape.volume += lots[i]!;
      } else if (what === EVENT.clear) {
        changes++;
        book.clear(side[i]! as 1 | -1 | 0, price[i]!);
      } else if (what === EVENT.funding) this.trader.account.payFunding(lots[i]!, price[i]!);
    }
    this.#localCursor = i;
    this.bookChanges += changes;
    if (tape !== null && changes > 0 && book.hasBoth) tape.add(book.bestBid + book.bestAsk);
  }
}
