import { BookAccount } from './account.ts';
import type { Amendment, BookBrokerOptions } from './book-broker-options.ts';
import { type BookEvents, EVENT, SEE } from './book-events.ts';
import type { Answer, BookSide, OrderRequest } from './book-order.ts';
import { EventParts, type PartReader } from './event-parts.ts';
import { PriceLadder } from './ladder.ts';
import type { LatencyModel } from './latency.ts';
import { MarginWatch } from './margin-watch.ts';
import { type AnswerSink, Matching } from './matching.ts';
import { MessageQueue } from './message-queue.ts';
import { emptyAnswer, emptyRequest, type RequestMessage } from './messages.ts';
import type { Tape } from './tape.ts';
import { TraderRows } from './trader-rows.ts';
import { TraderSide } from './trader-side.ts';

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
  readonly #latency: LatencyModel;
  readonly #margin: MarginWatch | null;
  readonly #onAnswer: ((answer: Answer) => void) | undefined;
  readonly #onPrint: ((events: BookEvents, row: number) => void) | null;
  readonly #tape: Tape | null;
  readonly #remembers: boolean;
  readonly #requests = new MessageQueue(emptyRequest);
  readonly #answers = new MessageQueue(emptyAnswer);
  /** How far each half has read. */
  readonly #exchangeRows: PartReader;
  readonly #localRows: TraderRows;
  /** `onPrint` hears of trades, too. */
  tellsTrades = true;
  /** Changes of the trader's book so far, and when the last one was received, ns. */
  bookChanges = 0;
  bookTime = Number.NEGATIVE_INFINITY;
  #now = Number.NEGATIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #requestCount = 0;
  #answerCount = 0;
  /** The exchange has no row before this; -Infinity where that is not known. */
  #exchangeNext = Number.NEGATIVE_INFINITY;

  constructor(options: BookBrokerOptions) {
    const unit = options.grid.tickSize * options.grid.lotSize;
    const parts = new EventParts(options.events);
    this.#exchangeRows = parts.reader();
    this.#localRows = new TraderRows(parts.reader());
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
    return this.#localRows.nextTime;
  }

  /** When the trader has to look for the next rare row: see `TraderRows`. */
  get nextRareTime(): number {
    return this.#localRows.nextRareTime;
  }

  /** All events have been seen by both sides and no message is under way. */
  get isDone(): boolean {
    if (this.#requests.length > 0 || this.#answers.length > 0) return false;
    return this.#exchangeRows.isDone && this.#localRows.reader.isDone;
  }

  /** Sends a new order now. Its fate arrives as answers. */
  submit(order: OrderRequest): void {
    if (this.#remembers) this.trader.sent(order);
    const delay = this.#latency.entry(this.#now, this.#requestCount++);
    const kind = delay.kind === 'rejected' ? 'overload' : 'new';
    this.#send(kind, order.id, order.side, order, null, delay.ns);
  }

  cancel(id: number): void {
    this.#about('cancel', id, null);
  }

  amend(id: number, change: Amendment): void {
    this.#about('amend', id, change);
  }

  #about(kind: 'cancel' | 'amend', id: number, change: Amendment | null): void {
    const known = this.#remembers ? this.trader.orders.get(id) : undefined;
    if (known) known.pending = kind;
    const delay = this.#latency.entry(this.#now, this.#requestCount++);
    this.#send(kind, id, known?.side ?? 1, null, change, delay.ns);
  }

  #send(
    kind: RequestMessage['kind'],
    id: number,
    side: BookSide,
    order: OrderRequest | null,
    change: Amendment | null,
    ns: number,
  ): void {
    const request = this.#requests.push(this.#now + ns);
    request.kind = kind;
    request.id = id;
    request.side = side;
    request.order = order;
    request.change = change;
  }

  /**
   * Lets everything up to and including `time` happen and returns `time`. With `onAnswer`, time stops at each answer, so that requests made there
   * leave then; `interrupt` there makes it end sooner.
   * @throws RangeError when `time` lies before the last one
   */
  advanceTo(time: number): number {
    if (time < this.#now) throw new RangeError(`time cannot go back from ${this.#now} to ${time} ns`);
    this.#until = time;
    if (this.#onAnswer !== undefined) this.#deliver();
    this.#runExchange(this.#until, false);
    this.#see(this.#until);
    return this.#until;
  }

  /** Answers one by one as they arrive. What the exchange says later arrives later, so it has to run on only when no answer is under way. */
  #deliver(): void {
    const answers = this.#answers;
    for (;;) {
      if (answers.length === 0) this.#runExchange(this.#until, true);
      const arrival = answers.nextTime;
      if (arrival > this.#until) return;
      this.#see(arrival);
    }
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
    const rows = this.#exchangeRows;
    const other = Math.min(this.#requests.nextTime, this.exchange.nextExpiry);
    for (;;) {
      const { length, see, exchangeTime } = rows.events;
      let i = rows.cursor;
      while (i < length && (see[i]! & SEE.exchange) === 0) i++;
      rows.cursor = i;
      if (i < length) return Math.min(exchangeTime[i]!, other);
      if (!rows.next()) return other;
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

  /**
   * The exchange's events, requests and expiries up to and including `limit`; `stopsAtAnswer`: no further than where a request that the first
   * answer leads to may arrive.
   */
  #runExchange(limit: number, stopsAtAnswer: boolean): void {
    const requests = this.#requests;
    const answers = this.#answers;
    const { exchange } = this;
    const least = this.#latency.leastEntryNs;
    let end = stopsAtAnswer ? Math.min(limit, answers.nextTime + least) : limit;
    for (;;) {
      const requestTime = requests.nextTime;
      const next = Math.min(requestTime, exchange.nextExpiry);
      if (this.#exchangeNext <= Math.min(end, next)) this.#replay(Math.min(end, next), stopsAtAnswer);
      if (stopsAtAnswer) end = Math.min(end, answers.nextTime + least);
      if (next > end) break;
      if (exchange.nextExpiry <= requestTime) exchange.expire(next);
      else this.#handle(requests.shift(), requestTime);
      if (stopsAtAnswer) end = Math.min(end, answers.nextTime + least);
    }
  }

  /** Feeds market events with exchange time <= `limit`, and with `stopsAtAnswer` no further than the first answer allows. */
  #replay(limit: number, stopsAtAnswer: boolean): void {
    const rows = this.#exchangeRows;
    do this.#replayPart(limit, stopsAtAnswer);
    while (rows.cursor >= rows.events.length && rows.next());
  }

  #replayPart(limit: number, stopsAtAnswer: boolean): void {
    const { length, see, kind, side, exchangeTime, price, lots } = this.#exchangeRows.events;
    const { exchange } = this;
    const margin = this.#margin;
    const least = this.#latency.leastEntryNs;
    let end = limit;
    let answered = this.#answerCount;
    let i = this.#exchangeRows.cursor;
    this.#exchangeNext = Number.NEGATIVE_INFINITY;
    for (; i < length; i++) {
      if ((see[i]! & SEE.exchange) === 0) continue;
      const time = exchangeTime[i]!;
      if (time > end) {
        this.#exchangeNext = time;
        break;
      }
      const what = kind[i]!;
      if (what === EVENT.depth) {
        exchange.onDepth(side[i]!, price[i]!, lots[i]!, time);
      } else if (what === EVENT.trade) {
        exchange.onTrade(side[i]!, price[i]!, lots[i]!, time);
        if (margin !== null && !margin.hasMark) this.#checkMargin(margin, price[i]!, time);
      } else this.#exchangeRare(i, time);
      if (this.#answerCount === answered) continue;
      answered = this.#answerCount;
      if (stopsAtAnswer) end = Math.min(end, this.#answers.nextTime + least);
    }
    this.#exchangeRows.cursor = i;
  }

  #exchangeRare(i: number, time: number): void {
    const { kind, side, price, lots } = this.#exchangeRows.events;
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

  #handle(request: RequestMessage, time: number): void {
    if (request.kind === 'new') this.exchange.submit(request.order!, time);
    else if (request.kind === 'cancel') this.exchange.cancel(request.id, request.side, time);
    else if (request.kind === 'amend') this.exchange.amend(request.id, request.side, request.change!, time);
    else this.exchange.refuse(request.order!, time);
  }

  readonly #answer: AnswerSink = (order, kind, exchangeTime, reason, price, lots, isMaker) => {
    const arrival = exchangeTime + this.#latency.response(exchangeTime, this.#answerCount++);
    const localTime = this.#answers.arrivalOf(arrival);
    const answer = this.#answers.push(arrival);
    answer.kind = kind;
    answer.orderId = order.id;
    answer.side = order.side;
    answer.price = price;
    answer.lots = lots;
    answer.left = order.left;
    answer.isMaker = isMaker;
    answer.isSleeping = this.exchange.isSleeping(order);
    answer.exchangeTime = exchangeTime;
    answer.localTime = localTime;
    answer.reason = reason;
  };

  /** Market data and answers reach the trader up to and including `limit`, data first at equal times. */
  #see(limit: number): void {
    const answers = this.#answers;
    const onAnswer = this.#onAnswer;
    for (let time = answers.nextTime; time <= limit; time = answers.nextTime) {
      this.#watch(time);
      if (time > this.#now) this.#now = time;
      const answer = answers.shift();
      this.trader.receive(answer);
      if (onAnswer !== undefined) onAnswer(answer);
    }
    this.#watch(limit);
    this.#now = limit;
  }

  /** Brings the trader's book up to receive time `limit`. */
  #watch(limit: number): void {
    const rows = this.#localRows;
    if (limit < rows.quietUntil) return;
    const { reader } = rows;
    do this.#watchPart(limit);
    while (reader.cursor >= reader.events.length && rows.nextPart());
  }

  #watchPart(limit: number): void {
    const rows = this.#localRows;
    const { events, cursor } = rows.reader;
    const { length, see, kind, side, localTime, price, lots } = events;
    const { book } = this;
    const onPrint = this.#onPrint;
    const onTrade = this.tellsTrades ? onPrint : null;
    const tape = this.#tape;
    // What the tape was last told: the same again changes nothing there.
    let told = Number.NaN;
    let changes = 0;
    let changed = 0;
    let i = cursor;
    let last = Number.NaN;
    rows.quietUntil = Number.NEGATIVE_INFINITY;
    for (; i < length; i++) {
      if ((see[i]! & SEE.local) === 0) continue;
      const time = localTime[i]!;
      if (time > limit) {
        rows.quietUntil = time;
        break;
      }
      if (tape !== null && time !== last) {
        // A message is whole when the next one begins.
        if (changes > 0 && book.bestBid + book.bestAsk !== told && book.hasBoth) {
          told = book.bestBid + book.bestAsk;
          tape.add(told);
        }
        last = time;
      }
      const what = kind[i]!;
      if (what === EVENT.depth) {
        changes++;
        changed = time;
        book.set(side[i]!, price[i]!, lots[i]!);
        continue;
      }
      if (what === EVENT.trade) {
        if (onTrade !== null) onTrade(events, i);
        if (tape === null) continue;
        told = 2 * price[i]!;
        tape.add(told);
        tape.volume += lots[i]!;
        continue;
      }
      if (onPrint !== null) onPrint(events, i);
      if (what === EVENT.clear) {
        changes++;
        changed = time;
        book.clear(side[i]! as 1 | -1 | 0, price[i]!);
      } else if (what === EVENT.funding) this.trader.account.payFunding(lots[i]!, price[i]!);
    }
    rows.reader.cursor = i;
    this.bookChanges += changes;
    if (changes > 0) this.bookTime = changed;
    if (tape !== null && changes > 0 && book.hasBoth) tape.add(book.bestBid + book.bestAsk);
  }
}
