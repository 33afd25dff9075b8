import { TidegateError } from '../foundation/errors.ts';
import { BookAccount, type FeeModel } from './account.ts';
import { type BookEvents, EVENT, type LotGrid, SEE } from './book-events.ts';
import type { Answer, BookSide, OrderRequest } from './book-order.ts';
import { EventParts, NO_EVENTS } from './event-parts.ts';
import { PriceLadder } from './ladder.ts';
import type { LatencyModel } from './latency.ts';
import { type Margin, MarginWatch } from './margin-watch.ts';
import { type AnswerSink, Matching, type MatchingOptions } from './matching.ts';
import { MessageQueue } from './message-queue.ts';
import type { QueueModel } from './queue-models.ts';
import { TraderSide } from './trader-side.ts';

type Request =
  | { readonly kind: 'new'; readonly order: OrderRequest }
  | { readonly kind: 'overload'; readonly order: OrderRequest }
  | { readonly kind: 'cancel'; readonly id: number; readonly side: BookSide }
  | { readonly kind: 'amend'; readonly id: number; readonly side: BookSide; readonly change: Amendment };

/** New price (ticks) or open size (lots); what is left out stays. */
export interface Amendment {
  readonly price?: number;
  readonly left?: number;
}

/** Everything the simulated exchange and the way to it need. */
export interface BookBrokerOptions extends Pick<MatchingOptions, 'fills' | 'takesConsume' | 'selfTrade'> {
  /** One table, or parts of a longer run that follow each other in both times and share their origin. */
  readonly events: BookEvents | Iterable<BookEvents>;
  readonly grid: LotGrid;
  readonly latency: LatencyModel;
  readonly queue: QueueModel;
  readonly fee: FeeModel;
  /** Makes the exchange liquidate the account below its maintenance margin; left out, it never does. */
  readonly margin?: Margin;
  /** Ticks held densely around mid. */
  readonly ladderWindow?: number;
  /** Called for each answer as it reaches the trader; requests made here leave at that moment. */
  readonly onAnswer?: (answer: Answer) => void;
  /** Called for each row that reaches the trader, before it changes the trader's book; nothing may be requested here. */
  readonly onRow?: (events: BookEvents, row: number) => void;
}

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
  readonly #onRow: ((events: BookEvents, row: number) => void) | null;
  readonly #requests = new MessageQueue<Request>();
  readonly #answers = new MessageQueue<Answer>();
  /** Each half's part (number and table) and row in it. */
  #exchangePart = 0;
  #exchangeEvents: BookEvents;
  #exchangeCursor = 0;
  #localPart = 0;
  #localEvents: BookEvents;
  #localCursor = 0;
  #now = Number.NEGATIVE_INFINITY;
  #exchangeNow = Number.NEGATIVE_INFINITY;
  #requestCount = 0;
  #answerCount = 0;

  constructor(options: BookBrokerOptions) {
    const unit = options.grid.tickSize * options.grid.lotSize;
    this.#parts = new EventParts(options.events);
    this.#exchangeEvents = this.#parts.at(0) ?? NO_EVENTS;
    this.#localEvents = this.#exchangeEvents;
    this.#latency = options.latency;
    this.#margin = options.margin ? new MarginWatch(options.margin, unit) : null;
    this.#onAnswer = options.onAnswer;
    this.#onRow = options.onRow ?? null;
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

  #nextLocalPart(): boolean {
    const next = this.#parts.at(this.#localPart + 1);
    if (!next) return false;
    this.#localEvents = next;
    this.#localPart++;
    this.#localCursor = 0;
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
    this.trader.sent(order);
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
   * Lets everything up to and including `time` happen. With `onAnswer`, time stops at each answer, so that requests made there leave then.
   * @throws TidegateError BOOK_TIME_BACK when `time` lies before the last one
   */
  advanceTo(time: number): void {
    if (time < this.#now)
      throw new TidegateError('BOOK_TIME_BACK', `Time cannot go back from ${this.#now} to ${time} ns`);
    while (this.#onAnswer) {
      const arrival = this.#runUntilAnswer(time);
      if (arrival > time) break;
      this.#see(arrival);
    }
    this.#runExchange(time, false);
    this.#see(time);
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
    if (margin.isBroken(this.exchange.account, price)) this.exchange.liquidate(time);
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
    const onRow = this.#onRow;
    let i = this.#localCursor;
    for (; i < length; i++) {
      if ((see[i]! & SEE.local) === 0) continue;
      if (localTime[i]! > limit) break;
      if (onRow !== null) onRow(this.#localEvents, i);
      const what = kind[i]!;
      if (what === EVENT.depth) {
        if (side[i]! > 0) book.setBid(price[i]!, lots[i]!);
        else book.setAsk(price[i]!, lots[i]!);
      } else if (what === EVENT.clear) book.clear(side[i]! as 1 | -1 | 0, price[i]!);
      else if (what === EVENT.funding) this.trader.account.payFunding(lots[i]!, price[i]!);
    }
    this.#localCursor = i;
  }
}
